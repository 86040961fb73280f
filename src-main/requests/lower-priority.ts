import { existsSync, readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/** The thread that decides goes first where both want the same processor; a quarter of one is left for this thread, enough to
 *  keep up with it. */
const STEPS_BACK = 5;

/** Behind everything else in the program: a fiftieth of a processor that others want. For work that nobody must wait for. */
export const STEPS_TO_LAST = constants.priority.PRIORITY_LOW - constants.priority.PRIORITY_HIGHEST;

/** Leads to `<process>/task/<thread>`: nothing else in Node names a thread to the system. */
const THIS_THREAD = '/proc/thread-self';

/** Lowers the priority of the calling thread, where the system can do that for one thread: on Linux. Elsewhere nothing happens; false
 *  then. */
export function lowerPriority(stepsBack = STEPS_BACK): boolean {
  if (process.platform !== 'linux' || !existsSync(THIS_THREAD)) return false;
  const thread = Number(readlinkSync(THIS_THREAD).split('/').at(-1));
  if (!Number.isSafeInteger(thread)) return false;
  // From where the program stands: it may have been started with another priority than the usual.
  setPriority(thread, Math.min(getPriority() + stepsBack, constants.priority.PRIORITY_LOW));
  return true;
}
