import { errorCode } from './error-code.ts';
import type { LogFields, Logger } from './logger.ts';

/** A warning or an error as it was logged, with less of its error: no object, so that it can be kept. */
export interface LoggedWarning {
  readonly atMs: number;
  readonly level: 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Omit<LogFields, 'error'>>;
  readonly error: {
    readonly name: string;
    readonly message: string;
    readonly code: string;
    /** Where it was thrown, without the message. */
    readonly stack: readonly string[];
  } | null;
}

/** As many are remembered; more would be noise to whoever helps. */
const WARNINGS_KEPT = 200;
const STACK_LINES_MAX = 12;

/** A logger that logs as `logger` does and remembers the last warnings and errors, oldest first, in memory only. */
export function rememberWarnings(
  logger: Logger,
  nowMs: () => number,
): { readonly logger: Logger; readonly recent: () => readonly LoggedWarning[] } {
  const kept: LoggedWarning[] = [];
  const keep = (level: LoggedWarning['level'], message: string, logged: LogFields = {}): void => {
    const { error, ...fields } = logged;
    kept.push({ atMs: nowMs(), level, message, fields, error: errorOf(error) });
    if (kept.length > WARNINGS_KEPT) kept.shift();
  };
  return {
    recent: () => [...kept],
    logger: {
      info: logger.info,
      warn: (message, fields) => {
        keep('warn', message, fields);
        logger.warn(message, fields);
      },
      error: (message, fields) => {
        keep('error', message, fields);
        logger.error(message, fields);
      },
    },
  };
}

function errorOf(error: unknown): LoggedWarning['error'] {
  if (!(error instanceof Error)) return null;
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    message: error.message,
    code: errorCode(error),
    stack: stack.slice(0, STACK_LINES_MAX).map((line) => line.trim()),
  };
}
