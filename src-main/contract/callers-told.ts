/** Distinct callers, networks or programs of a key that are told apart in a time; more are told as this many. In a file of its own: the
 *  log's thread needs it, and starts without schemas. */
export const CALLERS_TOLD_MAX = 500;
