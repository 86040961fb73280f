/** Does this enrolment token still bring children, as far as itself is concerned? It stops at its very last millisecond. */
export function isTokenLive(
  token: { readonly revokedAtMs: number | null; readonly expiresAtMs: number },
  nowMs: number,
): boolean {
  return token.revokedAtMs === null && nowMs < token.expiresAtMs;
}
