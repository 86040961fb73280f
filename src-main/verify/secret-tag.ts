import { SECRET_CHARACTERS } from '#main/domain/key-format.ts';

/** FNV-1a, 32 bits. */
const PRIME = 0x01000193;

/** A tag of the 43 characters of a secret that begin at `start`: 32 bits, some 70 ns. No hash that could prove a key, and none is needed:
 *  it tells who is turned away last, after which every key is still proved by its HMAC. Who knows only a key id must meet the tag of a
 *  secret of 256 random bits blindly, one forgery in 2^32, and gains one place in a queue. `seed` is random for each process, so that tags
 *  in memory say nothing about secrets elsewhere. */
export function secretTag(text: string, start: number, seed: number): number {
  let tag = seed;
  for (let index = start; index < start + SECRET_CHARACTERS; index += 1) {
    tag = Math.imul(tag ^ text.charCodeAt(index), PRIME);
  }
  return tag;
}
