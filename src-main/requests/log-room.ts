/** The file of the log, and what of it nothing uses. */
export interface LogRoom {
  readonly bytes: number;
  readonly freeBytes: number;
}
