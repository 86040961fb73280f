import { sha256 } from './sha-256.ts';

export const CUTS = 6;
export const DEPTHS = 5;

/** Depths of the six cuts for a key id, each 0 to 4, drawn from the SHA-256 of the id. Neighbours always differ, so that no two
 *  teeth melt into one. */
export function bittingDepths(keyId: string): readonly number[] {
  const bytes = sha256(keyId);
  const depths: number[] = [];
  for (let cut = 0; cut < CUTS; cut += 1) {
    const byte = bytes[cut] ?? 0;
    const before = depths[cut - 1];
    // With a neighbour, choose among the four other depths: the step is 1 to 4, never 0.
    depths.push(before === undefined ? byte % DEPTHS : (before + 1 + (byte % (DEPTHS - 1))) % DEPTHS);
  }
  return depths;
}
