import { randomBytes as nodeRandomBytes } from 'node:crypto';

/** `count` bytes of the operating system's generator. The only source of randomness for ids and secrets. */
export function randomBytes(count: number): Uint8Array {
  return nodeRandomBytes(count);
}
