import { requestId as requestIdSchema, timestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import { SAMPLE_DAYS } from '#contract/samples.ts';
import type { Service } from '#contract/services.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import type { DecisionCode, LogEntry } from '#contract/verify.ts';
import type { DecisionPrincipal, DecisionRow } from '#main/requests/decision-row.ts';

/** A decision, and what the service reported of its request afterwards. */
export interface SampleRequest {
  readonly row: DecisionRow;
  readonly report: LogEntry | null;
}

/** Requests of a key in its busiest hour. */
const BUSIEST_HOUR = [14, 9, 3, 11, 2];
const AGENTS = [
  'python-requests/2.32.3',
  'okhttp/4.12.0',
  'Apache-HttpClient/5.3',
  'KioskOS/7.1',
  'curl/8.5.0',
];
/** How busy each hour of a day is, in the UTC of the server: quiet nights, two peaks. */
const HOURS = [2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 9, 10, 12, 11, 9, 8, 6, 5, 4, 3, 3, 2];
const WEEKEND = 0.35;
/** Share of requests whose status the service reports. */
const REPORTED = 0.85;

/** Four weeks of requests up to `nowMs`, oldest first: days and nights, weekends, a key that asks for what it may not, one that runs
 *  into its limit, and failures of the service on one afternoon. `random` gives numbers from 0 to below 1. */
export function* sampleTraffic(
  { keys, service }: { readonly keys: readonly Key[]; readonly service: Service },
  nowMs: number,
  random: () => number,
): Generator<SampleRequest, void, void> {
  let number = 0;
  const firstHour = Math.floor(nowMs / HOUR_MS) * HOUR_MS - SAMPLE_DAYS * DAY_MS + HOUR_MS;
  for (let hourMs = firstHour; hourMs < nowMs; hourMs += HOUR_MS) {
    const moments = keys.flatMap((_key, index) =>
      Array.from({ length: requestsIn(hourMs, index, random) }, () => ({
        index,
        atMs: Math.floor(hourMs + random() * HOUR_MS),
      })),
    );
    for (const { index, atMs } of moments.toSorted((one, other) => one.atMs - other.atMs)) {
      const key = keys[index];
      if (key === undefined || atMs >= nowMs) continue;
      number += 1;
      yield requestOf({ key, index, service, atMs, number, random });
    }
  }
}

function requestsIn(hourMs: number, index: number, random: () => number): number {
  const at = new Date(hourMs);
  const isWeekend = [0, 6].includes(at.getUTCDay());
  const share = ((HOURS[at.getUTCHours()] ?? 1) / 12) * (isWeekend ? WEEKEND : 1);
  return Math.floor((BUSIEST_HOUR[index] ?? 1) * share * (0.7 + 0.6 * random()) + random());
}

interface Moment {
  readonly key: Key;
  readonly index: number;
  readonly service: Service;
  readonly atMs: number;
  readonly number: number;
  readonly random: () => number;
}

function requestOf({ key, index, service, atMs, number, random }: Moment): SampleRequest {
  const code = codeOf(index, atMs, random);
  const isWriting = code === 'INSUFFICIENT_SCOPE' || (index === 1 && random() < 0.4);
  const place = index === 1 || code === 'INSUFFICIENT_SCOPE' ? 'offers' : 'inventory';
  const item = Math.floor(random() * 60) + 1;
  const requestId = requestIdSchema.parse(`sample-${String(atMs)}-${String(number)}`);
  const row: DecisionRow = {
    requestId,
    atMs: timestampMs.parse(atMs),
    serviceId: service.id,
    service: service.name,
    principal: principalOf(key),
    code,
    method: isWriting ? 'POST' : 'GET',
    path: isWriting ? `/${place}` : `/${place}/${String(item)}`,
    clientIp: `203.0.113.${String(index * 20 + 1 + Math.floor(random() * 6))}`,
    userAgent: AGENTS[index] ?? null,
    rule:
      code === 'VALID'
        ? `allow ${isWriting ? 'GET,POST' : 'GET'} /${place}/** (${place}:${place === 'offers' ? 'write' : 'read'})`
        : null,
    detail: DETAILS[code] ?? null,
    latencyUs: 30 + Math.floor(random() * 60) + (random() < 0.01 ? 900 : 0),
    tags: [],
    cost: code === 'VALID' ? 1 : 0,
    quota: null,
    windows: null,
  };
  if (code !== 'VALID' || random() >= REPORTED) return { row, report: null };
  return { row, report: reportOf(row, random) };
}

const DETAILS: Readonly<Partial<Record<DecisionCode, string>>> = {
  INSUFFICIENT_SCOPE: 'No rule of the key allows POST /offers.',
  RATE_LIMITED: 'The limit of 600 requests a minute is reached.',
};

function codeOf(index: number, atMs: number, random: () => number): DecisionCode {
  // The first key asks for offers, which it may only read of the inventory.
  if (index === 0 && random() < 0.02) return 'INSUFFICIENT_SCOPE';
  // The second is too fast on Mondays at ten.
  const at = new Date(atMs);
  if (index === 1 && at.getUTCDay() === 1 && at.getUTCHours() === 10 && random() < 0.5) return 'RATE_LIMITED';
  return 'VALID';
}

function reportOf(row: DecisionRow, random: () => number): LogEntry {
  const at = new Date(row.atMs);
  const isOutage = at.getUTCDay() === 3 && at.getUTCHours() === 15;
  const failed = random() < (isOutage ? 0.3 : 0.004);
  const missing = random() < 0.03;
  return {
    requestId: row.requestId,
    responseStatus: failed ? 503 : missing ? 404 : row.method === 'POST' ? 201 : 200,
    durationMs: Math.round((4 + random() ** 3 * 120) * 10) / 10,
  };
}

function principalOf(key: Key): DecisionPrincipal {
  return {
    keyId: key.keyId,
    keyName: key.name,
    environment: key.environment,
    secretVersion: 1,
    applicationId: key.applicationId,
    application: key.applicationName,
    partnerId: key.partnerId,
    partner: key.partnerName,
  };
}
