import { setTimeout as wait } from 'node:timers/promises';
import type { Call } from './latchkey.ts';

const LOOK_MS = 100;

/** How the keys of a filled log were used is read once, in portions, and kept: that belongs to no round and to no later start. */
export async function untilHabitsAreRead(call: Call): Promise<void> {
  while ((await call('hygiene.board', {})).items.some(({ missing }) => missing === 'reading'))
    await wait(LOOK_MS);
}
