import { setFlagsFromString } from 'node:v8';

/** MB in which a thread makes new objects; with more the log's thread gets no faster. */
const NEW_OBJECTS_MB = 4;

/** MB of objects that have lived a while, from which on a thread looks for those that are dead: without, it looks when there are over a
 *  hundred, and what a sweep over a month of requests left behind stays in memory for ever. */
const OLD_OBJECTS_MB = 16;

/** Lets threads that are made from now on have room for new objects, whatever this program was started with: that is for the thread
 *  that decides, which has it already. The log's thread keeps what it reads for a whole transaction, and copied it from one collection
 *  to the next for a fifth of its time when it had one megabyte. They take the room only while they need it. */
export function giveThreadsRoom(): void {
  setFlagsFromString(`--max-semi-space-size=${String(NEW_OBJECTS_MB)}`);
  setFlagsFromString(`--initial-old-space-size=${String(OLD_OBJECTS_MB)}`);
}
