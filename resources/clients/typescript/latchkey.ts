import { randomBytes } from 'node:crypto';
import {
  CACHE_MS_MAX,
  DecisionCache,
  LAST_GOOD_MS_MAX,
  permittedMs,
  questionName,
} from './decision-cache.ts';
import { isDecision } from './decision.ts';
import type { Allowed, Refused } from './decision.ts';
import { EventFeed } from './event-feed.ts';
import { Reporter } from './reporter.ts';
import type { Report, ReportFigures, ReportOptions } from './reporter.ts';

/** Where Latchkey is and what happens when it is not. */
export interface LatchkeyOptions {
  /** Address of the service listener, such as `http://127.0.0.1:7420`. */
  readonly url: string;
  /** The service token, `lks_…`. */
  readonly token: string;
  /** A verification that takes longer counts as unavailable; 500 ms unless told. */
  readonly timeoutMs?: number;
  /** What becomes of a request that carries a key while Latchkey cannot be reached: `refuse` (503, unless told) or `allow`.
   *  `allow` lets everybody in who sends anything that looks like a credential. */
  readonly onUnavailable?: 'refuse' | 'allow';
  /** Grants of keys without limits are kept so long, at most 60,000 ms, and never longer than Latchkey permits the service, which is not
   *  at all until somebody permits it there; 0 = not at all, unless told. The client then listens for changes, and a revoked key ends at once; while it cannot hear them, a revoked key goes on working for that time. */
  readonly cacheMs?: number;
  /** While Latchkey is away, the last grant for the same question stands in if it is not older than this, at most 3,600,000 ms;
   *  0 = never, unless told; like `cacheMs` only for answers that Latchkey permits the service to keep. A key that is revoked meanwhile
   *  goes on working. Keys with limits, or bound to hours or signatures, are never let in this way. */
  readonly lastGoodMs?: number;
  readonly reports?: ReportOptions;
  /** Hears why Latchkey could not be asked. Gets no key and no token. */
  readonly onError?: (error: Error) => void;
}

/** The signature of a request (RFC 9421), and what of the request was signed beside method and path. */
export interface Signed {
  /** The field `Signature-Input`. */
  readonly input: string;
  /** The field `Signature`. */
  readonly value: string;
  /** With its question mark; empty without a query. */
  readonly query?: string;
  readonly scheme?: string;
  readonly authority?: string;
  /** Other signed fields, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is asked: a key or a pair, and what the caller wants to do. */
export interface Question {
  readonly key?: string;
  readonly keyId?: string;
  readonly secret?: string;
  readonly method?: string;
  readonly path?: string;
  readonly scopes?: readonly string[];
  readonly clientIp?: string;
  readonly origin?: string;
  readonly userAgent?: string;
  /** Of a signed request; its path is `path`. */
  readonly signature?: Signed;
  readonly cost?: number;
  readonly tags?: readonly string[];
  /** The same one again within five minutes spends once; a new one each time unless told. */
  readonly requestId?: string;
}

/** What came of asking. `unavailable` is no word about the key: `mayPass` follows the stated policy. */
export type Outcome =
  | {
      readonly kind: 'allowed';
      readonly decision: Allowed;
      readonly isCached: boolean;
      /** How long ago it was decided; 0 when it was asked for just now. So long a change may be unheard of. */
      readonly ageMs: number;
    }
  | { readonly kind: 'refused'; readonly decision: Refused }
  | {
      readonly kind: 'unavailable';
      readonly mayPass: boolean;
      /** What to answer a request that may not pass: 429 after too many failures from this caller, else 503. */
      readonly status: 429 | 503;
      readonly retryAfterS: number;
    };

/** A client of one Latchkey for one service. */
export interface Latchkey {
  /** Never rejects. */
  readonly verify: (question: Question) => Promise<Outcome>;
  /** Queues what became of a request; never waits. */
  readonly report: (report: Report) => void;
  readonly reportFigures: () => ReportFigures;
  /** Does it hear of changes right now? Only with `cacheMs` or `lastGoodMs`, and from the first grant on. */
  readonly isListening: () => boolean;
  /** Stops listening and sends the reports that wait. Call it when the service ends. */
  readonly close: () => Promise<void>;
}

const REPORT_TIMEOUT_MS = 5_000;

/** Makes a client; nothing is sent before the first call. */
export function createLatchkey(options: LatchkeyOptions): Latchkey {
  const { onUnavailable = 'refuse', timeoutMs = 500 } = options;
  const cache = new DecisionCache(Math.min(options.cacheMs ?? 0, CACHE_MS_MAX));
  const lastGood = new DecisionCache(Math.min(options.lastGoodMs ?? 0, LAST_GOOD_MS_MAX));
  const feed = feedOf(options, [cache, lastGood]);
  const reporter = new Reporter((entries) => sendReports(options, entries), options.reports);
  return {
    verify: async (question) => {
      const policy = { timeoutMs, mayPass: onUnavailable === 'allow' };
      const isAskedAnew = (!cache.isOn && !lastGood.isOn) || question.signature !== undefined;
      // A signature works once: a grant that was kept would let it work again.
      if (isAskedAnew) return (await ask(options, question, policy)).outcome;
      const name = questionName(question);
      const askedAt = Date.now();
      const kept = cache.find(name, askedAt);
      if (kept !== null) return fromCache(kept, askedAt);
      const { changes } = cache;
      const { isOutage, keepMs, outcome } = await ask(options, question, policy);
      const nowMs = Date.now();
      if (outcome.kind === 'allowed') {
        feed.start();
        // From when it was asked: the answer was no younger when it came.
        cache.keep(name, outcome.decision, { nowMs, changes, untilMs: askedAt + keepMs });
        // What may not be kept at all stands in for nothing either; what may goes on for the time that is stated here.
        const isKept = keepMs > 0;
        lastGood.keep(name, outcome.decision, { nowMs, changes, untilMs: isKept ? Infinity : 0 });
      } else if (outcome.kind === 'refused') lastGood.drop(name);
      const standIn = isOutage ? lastGood.find(name, nowMs) : null;
      return standIn === null ? outcome : fromCache(standIn, nowMs);
    },
    report: (report) => {
      reporter.add(report);
    },
    reportFigures: () => reporter.figures,
    isListening: () => feed.isConnected,
    close: () => {
      feed.close();
      return reporter.flush();
    },
  };
}

function fromCache(
  { decision, keptAt }: { readonly decision: Allowed; readonly keptAt: number },
  nowMs: number,
): Outcome {
  return { kind: 'allowed', decision, isCached: true, ageMs: Math.max(0, nowMs - keptAt) };
}

function feedOf({ onError, token, url }: LatchkeyOptions, caches: readonly DecisionCache[]): EventFeed {
  const onChange = (keyIds: readonly string[] | null): void => {
    for (const cache of caches) cache.forget(keyIds);
  };
  return new EventFeed({ url, token, onChange, onError });
}

/** Sorts by time, like those that Latchkey makes. */
function newRequestId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `req_${time}${randomBytes(8).toString('hex')}`;
}

interface Asked {
  readonly outcome: Outcome;
  readonly isOutage: boolean;
  /** How long the outcome may be kept, ms. */
  readonly keepMs: number;
}

async function ask(
  options: LatchkeyOptions,
  question: Question,
  policy: { readonly timeoutMs: number; readonly mayPass: boolean },
): Promise<Asked> {
  const tell = options.onError ?? (() => undefined);
  let response: Response;
  let answer: unknown;
  try {
    // One of our own, so that a question that is sent twice, here or on its way, spends once.
    const asked = { requestId: newRequestId(), ...question };
    response = await post(options, '/v1/verify', asked, policy.timeoutMs);
    answer = await response.json();
  } catch (error) {
    tell(new Error('Latchkey cannot be reached.', { cause: error }));
    const outcome = { kind: 'unavailable', mayPass: policy.mayPass, status: 503, retryAfterS: 1 } as const;
    return { outcome, isOutage: true, keepMs: 0 };
  }
  if (response.status === 200 && isDecision(answer)) {
    const outcome = answer.valid
      ? ({ kind: 'allowed', decision: answer, isCached: false, ageMs: 0 } as const)
      : ({ kind: 'refused', decision: answer } as const);
    return { outcome, isOutage: false, keepMs: permittedMs(response.headers.get('cache-control')) };
  }
  tell(new Error(`Latchkey answered ${response.status}: ${detailOf(answer)}`));
  // A wrong token, a request it does not understand or too many failures are no outage: those never let a request pass.
  const isOutage = response.status >= 500;
  return {
    outcome: {
      kind: 'unavailable',
      mayPass: policy.mayPass && isOutage,
      status: response.status === 429 ? 429 : 503,
      retryAfterS: Math.max(1, Number(response.headers.get('retry-after')) || 1),
    },
    isOutage,
    keepMs: 0,
  };
}

async function sendReports(options: LatchkeyOptions, entries: readonly Report[]): Promise<number> {
  const response = await post(options, '/v1/log', { entries }, REPORT_TIMEOUT_MS);
  const answer: unknown = await response.json();
  if (response.status === 202) return rejectedOf(answer);
  if (response.status >= 500 || response.status === 429)
    throw new Error('The reports were not taken this time.');
  options.onError?.(new Error(`Latchkey took no report: ${response.status} ${detailOf(answer)}`));
  return entries.length;
}

function post(options: LatchkeyOptions, path: string, body: unknown, timeoutMs: number): Promise<Response> {
  return fetch(`${options.url.replace(/\/$/, '')}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${options.token}` },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
}

function detailOf(answer: unknown): string {
  const detail: unknown = typeof answer === 'object' && answer !== null && Reflect.get(answer, 'detail');
  return typeof detail === 'string' ? detail : 'this is not an answer of Latchkey.';
}

function rejectedOf(answer: unknown): number {
  const rejected: unknown = typeof answer === 'object' && answer !== null && Reflect.get(answer, 'rejected');
  return Array.isArray(rejected) ? rejected.length : 0;
}
