/** Keyed hashes. The master secret stays inside; it is never in the database, a backup or a log. */
export interface Keyring {
  /** Stored beside each hash, so that a later pepper can be told from this one. */
  readonly pepperVersion: number;
  /** HMAC-SHA-256 of a whole key or token: 32 bytes, for storage and look-up. */
  readonly hash: (text: string) => Buffer;
  /** HMAC-SHA-256 under the audit key: 32 bytes. */
  readonly auditMac: (text: string) => Buffer;
}
