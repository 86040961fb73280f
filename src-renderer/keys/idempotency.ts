/** A new key under which a command is done once, however often it is sent. */
export function newIdempotencyKey(): string {
  return `ui-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
