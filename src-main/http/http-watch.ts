import type { Socket } from 'node:net';
import { traceIdOf } from '#main/domain/trace-parent.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { histogramSamples } from '#main/system/metrics-text.ts';
import type { Metric } from '#main/system/metrics-text.ts';
import type { AccessLog } from './access-log.ts';
import type { AnswerSink } from './answer-sink.ts';
import { AnswerTimes } from './answer-times.ts';
import type { AnswerFigures } from './answer-times.ts';
import type { ServiceDoor } from './doors.ts';
import type { RequestHead } from './request-head.ts';

/** Names of the routes in metrics, by path. */
const ROUTES: ReadonlyMap<string, string> = new Map([
  ['/v1/verify', 'verify'],
  ['/v1/verify/batch', 'batch'],
  ['/v1/log', 'log'],
  ['/v1/introspect', 'introspect'],
  ['/v1/lookup', 'lookup'],
  ['/v1/whoami', 'whoami'],
  ['/v1/me', 'me'],
  ['/v1/self-revoke', 'self-revoke'],
  ['/v1/enroll', 'enroll'],
  ['/v1/token', 'token'],
  ['/.well-known/jwks.json', 'jwks'],
  ['/v2/keys.verifyKey', 'unkey'],
  ['/metrics', 'metrics'],
  ['/healthz', 'health'],
  ['/readyz', 'health'],
]);
const OTHER = 'other';
const FORWARD_AUTH = 'forward-auth';
/** Those for which somebody's request waits. */
const TIMED: ReadonlySet<string> = new Set(['verify', 'batch', 'introspect', 'unkey', FORWARD_AUTH]);

/** Upper edges, seconds. 50 ms is the target. */
const EDGES_S: readonly number[] = [
  0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];
const QUANTILES = [
  ['0.5', 'p50'],
  ['0.95', 'p95'],
  ['0.99', 'p99'],
] as const;
const US_PER_SECOND = 1_000_000;
const CLASSES = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;
const PATH_CHARACTERS_MAX = 500;
/** As long as the secret of a key, which may stand in a path without the rest of it. */
const SECRET_LIKE = /[0-9A-Za-z]{40,}/g;

/** What became known of a request while it was answered. */
interface Note {
  requestId: string | null;
  service: string | null;
  /** Key ids of its decisions; null for a decision without a key. */
  readonly keyIds: (string | null)[];
}

interface Started {
  readonly startedMs: number;
  readonly ts: string;
  readonly bytesBefore: number;
}

/** Sees every request of the service listener: counts and times it, takes over its trace, and writes the access log. */
export class HttpWatch {
  readonly #parts: {
    readonly access: AccessLog | null;
    readonly monotonicMs: () => number;
  };
  readonly #counts = new Map<string, Float64Array>();
  readonly #durations = new Float64Array(EDGES_S.length + 1);
  #durationSumMs = 0;
  readonly #times = new AnswerTimes();
  readonly #doors = new WeakMap<AnswerSink, ServiceDoor>();

  constructor(parts: { readonly access: AccessLog | null; readonly monotonicMs: () => number }) {
    this.#parts = parts;
  }

  /** Call when the head of a request is there. Gives the door to answer it with: the one given, unless something is to be noted. */
  begin(door: ServiceDoor, head: RequestHead, response: AnswerSink): ServiceDoor {
    const { access, monotonicMs } = this.#parts;
    const startedMs = monotonicMs();
    const route = routeOf(head.path);
    const traceId = traceIdOf(traceParent(head.rawHeaders));
    if (traceId !== null) response.setHeader('X-Trace-Id', traceId);
    const note: Note | null = access?.isOn === true ? { requestId: null, service: null, keyIds: [] } : null;
    const { socket } = response;
    const bytesBefore = note === null ? 0 : (socket?.bytesWritten ?? 0);
    const ts = note === null ? '' : new Date(door.nowMs()).toISOString();
    response.on('close', () => {
      const endedMs = monotonicMs();
      this.#count(route, response, endedMs - startedMs, endedMs);
      if (note !== null)
        this.#write({ startedMs, ts, bytesBefore }, { head, socket, response, traceId, note });
    });
    if (traceId === null && note === null) return door;
    const noting = notingDoor(door, traceId, note);
    this.#doors.set(response, noting);
    return noting;
  }

  /** The door that `begin` gave for this answer, if it was another one. */
  doorOf(response: AnswerSink): ServiceDoor | undefined {
    return this.#doors.get(response);
  }

  /** How long those who ask to verify waited, last hour. */
  answers(): AnswerFigures {
    return this.#times.figures(this.#parts.monotonicMs());
  }

  /** Counters since the start. */
  metrics(): readonly Metric[] {
    const { latencyUs } = this.answers();
    return [
      {
        name: 'latchkey_answer_last_hour_seconds',
        help: 'Time from the head of a request to verify until its answer was handed to the system, by share of the last hour.',
        type: 'gauge',
        samples:
          latencyUs === null
            ? []
            : QUANTILES.map(([quantile, name]) => ({
                labels: { quantile },
                value: latencyUs[name] / US_PER_SECOND,
              })),
      },
      {
        name: 'latchkey_http_responses_total',
        help: 'Answers of the service listener, by route and class of status; none = the caller went away.',
        type: 'counter',
        samples: [...this.#counts].flatMap(([route, counts]) =>
          CLASSES.flatMap((statusClass, index) => {
            const value = counts[index] ?? 0;
            return value === 0 ? [] : [{ labels: { route, status_class: statusClass }, value }];
          }),
        ),
      },
      {
        name: 'latchkey_answer_duration_seconds',
        help: 'Time from the head of a request to verify until its answer was handed to the system.',
        type: 'histogram',
        samples: histogramSamples(EDGES_S, {
          counts: [...this.#durations],
          sum: this.#durationSumMs / 1_000,
        }),
      },
    ];
  }

  #count(route: string, response: AnswerSink, durationMs: number, endedMs: number): void {
    let counts = this.#counts.get(route);
    if (counts === undefined) {
      counts = new Float64Array(CLASSES.length);
      this.#counts.set(route, counts);
    }
    const index = response.headersSent ? Math.min(5, Math.floor(response.statusCode / 100)) : 0;
    counts[index] = (counts[index] ?? 0) + 1;
    if (!TIMED.has(route)) return;
    this.#durationSumMs += durationMs;
    this.#times.note(durationMs, endedMs);
    let edge = 0;
    while (durationMs > (EDGES_S[edge] ?? Infinity) * 1_000) edge += 1;
    this.#durations[edge] = (this.#durations[edge] ?? 0) + 1;
  }

  #write(
    { startedMs, ts, bytesBefore }: Started,
    told: {
      readonly head: RequestHead;
      readonly socket: Socket | null;
      readonly response: AnswerSink;
      readonly traceId: string | null;
      readonly note: Note;
    },
  ): void {
    const { head, socket, response, traceId, note } = told;
    const [keyId = null, ...more] = note.keyIds;
    this.#parts.access?.write({
      ts,
      method: head.method,
      path: shownPath(head.path),
      status: response.headersSent ? response.statusCode : null,
      durationMs: Math.round((this.#parts.monotonicMs() - startedMs) * 1_000) / 1_000,
      requestId: note.requestId,
      keyId: more.length === 0 ? keyId : null,
      service: note.service,
      traceId,
      remote: socket?.remoteAddress ?? null,
      bytes: (socket?.bytesWritten ?? 0) - bytesBefore,
    });
  }
}

function routeOf(path: string): string {
  return ROUTES.get(path) ?? (path.startsWith('/forward-auth/') ? FORWARD_AUTH : OTHER);
}

/** The only such header; undefined when there is none or more than one. Looked for by length first: this runs at every
 *  verification. */
function traceParent(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== 11 || name.toLowerCase() !== 'traceparent') continue;
    if (found !== undefined) return undefined;
    found = rawHeaders[index + 1];
  }
  return found;
}

/** Does what the door does, and notes it. The trace is kept with the decision as a tag. */
function notingDoor(door: ServiceDoor, traceId: string | null, note: Note | null): ServiceDoor {
  return {
    ...door,
    findService: (token, connection) => {
      const service = door.findService(token, connection);
      if (note !== null) note.service = service?.slug ?? null;
      return service;
    },
    newRequestId: () => {
      const requestId = door.newRequestId();
      if (note !== null) note.requestId = requestId;
      return requestId;
    },
    verify: (service, request) => {
      const tags = traceId === null ? request.tags : [...(request.tags ?? []), `trace=${traceId}`];
      const outcome = door.verify(service, tags === undefined ? request : { ...request, tags });
      if (note !== null && outcome.kind === 'decision') {
        const { key, requestId } = outcome.decision;
        note.keyIds.push(key?.keyId ?? null);
        note.requestId = requestId;
      }
      return outcome;
    },
  };
}

/** A path in which no key, token or bare secret is left, however it was encoded. */
function shownPath(path: string): string {
  return redactKeys(path).replaceAll(SECRET_LIKE, '[redacted]').slice(0, PATH_CHARACTERS_MAX);
}
