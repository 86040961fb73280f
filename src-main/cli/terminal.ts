/** What the command line needs of its surroundings. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Standard input; left out where nobody types. */
  readonly input?: () => AsyncIterable<Uint8Array>;
}

/** A command that was not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What did not work now and may work later. */
export class TemporaryError extends Error {
  override readonly name = 'TemporaryError';
}
