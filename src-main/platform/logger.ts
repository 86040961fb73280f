import pino from 'pino';
import { errorCode } from './error-code.ts';
import { oneLine } from './one-line.ts';

/** What a log line may carry beside its message. An allow-list: there is no field that a key, token or body fits into. */
export interface LogFields {
  readonly requestId?: string;
  readonly procedure?: string;
  readonly code?: string;
  readonly actorKind?: string;
  readonly actorId?: string;
  readonly keyId?: string;
  readonly serviceId?: string;
  readonly jobId?: string;
  readonly path?: string;
  readonly url?: string;
  readonly port?: number;
  readonly pid?: number;
  readonly status?: number;
  readonly count?: number;
  readonly durationMs?: number;
  readonly reason?: string;
  /** Only name, message, code and stack are written. */
  readonly error?: unknown;
}

/** Writes one JSON line an event. */
export interface Logger {
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}

/** Logs to standard error, unbuffered: standard output belongs to the ready line. `destination` replaces it in tests. */
export function createLogger(destination?: { write: (line: string) => void }): Logger {
  const out = destination ?? pino.destination({ fd: 2, sync: true });
  const sink = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level } },
    { write: (line) => void out.write(oneLine(line)) },
  );
  return {
    info: (message, fields) => {
      sink.info(allowed(fields), message);
    },
    warn: (message, fields) => {
      sink.warn(allowed(fields), message);
    },
    error: (message, fields) => {
      sink.error(allowed(fields), message);
    },
  };
}

function level(label: string) {
  return { level: label };
}

/** The type stops most strays; a spread of a larger object would still bring them, so the list exists at run time too. */
const ALLOWED = [
  'requestId',
  'procedure',
  'code',
  'actorKind',
  'actorId',
  'keyId',
  'serviceId',
  'jobId',
  'path',
  'url',
  'port',
  'pid',
  'status',
  'count',
  'durationMs',
  'reason',
] as const satisfies readonly (keyof LogFields)[];

function allowed(fields: LogFields = {}): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const name of ALLOWED) if (fields[name] !== undefined) line[name] = fields[name];
  if (fields.error !== undefined) line['error'] = errorFields(fields.error);
  return line;
}

function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error))
    return { message: 'A value that is not an Error was thrown.', type: typeof error };
  return { name: error.name, message: error.message, code: errorCode(error), stack: error.stack };
}
