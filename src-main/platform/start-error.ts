/** Exit codes of the program: bad usage, data directory in use, data damaged or newer, port taken. */
export type StartExitCode = 2 | 3 | 4 | 5;

/** The program cannot start. Entries print `message` and exit with `exitCode`. */
export class StartError extends Error {
  readonly exitCode: StartExitCode;

  /** `message` is one plain sentence or two: what is wrong and what to do. Never a secret. */
  constructor(exitCode: StartExitCode, message: string) {
    super(message);
    this.name = 'StartError';
    this.exitCode = exitCode;
  }
}
