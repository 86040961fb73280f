/** Lets go of memory that nobody needs any more, at once: the collector is in no hurry with what is outside of its heap. Whatever still
 *  looks at it sees nothing. */
export function giveBack(memory: ArrayBuffer): void {
  memory.transfer(0);
}
