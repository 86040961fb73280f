/** To a worker that has no log to keep: looks into a store that nobody has open, answers, and ends. */
export interface InspectMessage {
  readonly kind: 'inspect';
  /** As inspectStore. */
  readonly path: string;
  readonly folder: string;
}

/** First message to a thread that answers long questions beside the log, and writes nothing to it. Queries follow. */
export interface ReadMessage {
  readonly kind: 'read';
  /** Path of requests.db, which the log has open. */
  readonly file: string;
}
