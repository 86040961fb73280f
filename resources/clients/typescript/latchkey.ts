import { DecisionCache } from './decision-cache.ts';
import { isDecision } from './decision.ts';
import type { Allowed, Refused } from './decision.ts';
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
  /** Grants of keys without limits are kept so long, at most 60,000 ms; 0 = not at all, unless told. A revoked key goes on
   *  working for that time. */
  readonly cacheMs?: number;
  readonly reports?: ReportOptions;
  /** Hears why Latchkey could not be asked. Gets no key and no token. */
  readonly onError?: (error: Error) => void;
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
  readonly cost?: number;
  readonly tags?: readonly string[];
}

/** What came of asking. `unavailable` is no word about the key: `mayPass` follows the stated policy. */
export type Outcome =
  | { readonly kind: 'allowed'; readonly decision: Allowed; readonly isCached: boolean }
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
  /** Sends the reports that wait. Call it when the service ends. */
  readonly close: () => Promise<void>;
}

const REPORT_TIMEOUT_MS = 5_000;

/** Makes a client; nothing is sent before the first call. */
export function createLatchkey(options: LatchkeyOptions): Latchkey {
  const { onUnavailable = 'refuse', timeoutMs = 500 } = options;
  const cache = new DecisionCache(options.cacheMs ?? 0);
  const reporter = new Reporter((entries) => sendReports(options, entries), options.reports);
  return {
    verify: async (question) => {
      const name = cache.nameOf(question);
      const kept = name === null ? null : cache.find(name, Date.now());
      if (kept !== null) return { kind: 'allowed', decision: kept, isCached: true };
      const outcome = await ask(options, question, { timeoutMs, mayPass: onUnavailable === 'allow' });
      if (name !== null && outcome.kind === 'allowed') cache.keep(name, outcome.decision, Date.now());
      return outcome;
    },
    report: (report) => {
      reporter.add(report);
    },
    reportFigures: () => reporter.figures,
    close: () => reporter.flush(),
  };
}

async function ask(
  options: LatchkeyOptions,
  question: Question,
  policy: { readonly timeoutMs: number; readonly mayPass: boolean },
): Promise<Outcome> {
  const tell = options.onError ?? (() => undefined);
  let response: Response;
  let answer: unknown;
  try {
    response = await post(options, '/v1/verify', question, policy.timeoutMs);
    answer = await response.json();
  } catch (error) {
    tell(new Error('Latchkey cannot be reached.', { cause: error }));
    return { kind: 'unavailable', mayPass: policy.mayPass, status: 503, retryAfterS: 1 };
  }
  if (response.status === 200 && isDecision(answer)) {
    if (answer.valid) return { kind: 'allowed', decision: answer, isCached: false };
    return { kind: 'refused', decision: answer };
  }
  tell(new Error(`Latchkey answered ${response.status}: ${detailOf(answer)}`));
  // A wrong token, a request it does not understand or too many failures are no outage: those never let a request pass.
  return {
    kind: 'unavailable',
    mayPass: policy.mayPass && response.status >= 500,
    status: response.status === 429 ? 429 : 503,
    retryAfterS: Math.max(1, Number(response.headers.get('retry-after')) || 1),
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
