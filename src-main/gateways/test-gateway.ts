import type { HandlerInput } from '#contract/contract.ts';
import type { GatewayTestResult, GatewayTestRow } from '#contract/gateways.ts';
import type { UseCaseContext } from '#main/context.ts';
import { getService } from '#main/services/get-service.ts';
import { plannedCases } from './gateway-cases.ts';
import type { PlannedCase } from './gateway-cases.ts';
import { judgeCase, letsEverybodyIn } from './judge-case.ts';
import { makeTestKeys, revokeTestKeys } from './make-test-keys.ts';
import type { TestKeys } from './make-test-keys.ts';
import type { SendProbe } from './probe.ts';

/** What a run needs beside the store. */
export interface GatewayTestParts {
  readonly send: SendProbe;
  readonly monotonicMs: () => number;
}

/** No request is started after this; the last one may take 5 s more. */
const RUN_MS_MAX = 35_000;

/** Sends requests of every kind through an operator's proxy, one after the other, and says what is wrong. The keys that it makes
 *  are revoked at its end, whatever happens. Stops when the proxy cannot be reached or lets everybody in. Throws
 *  SERVICE_NOT_FOUND, INVALID_INPUT. */
export async function testGateway(
  context: UseCaseContext,
  input: HandlerInput<'gateways.test'>,
  parts: GatewayTestParts,
): Promise<GatewayTestResult> {
  const service = getService(context, input);
  const startedMs = parts.monotonicMs();
  const keys = makeTestKeys(context, service, input);
  try {
    const { rows, notes } = await sendAll(keys, input, parts);
    return {
      startedAt: context.nowMs,
      durationMs: Math.round(parts.monotonicMs() - startedMs),
      isOk: rows.every(({ isOk }) => isOk !== false),
      rows,
      notes,
    };
  } finally {
    revokeTestKeys(context, service, keys.keyIds);
  }
}

async function sendAll(
  keys: TestKeys,
  input: HandlerInput<'gateways.test'>,
  parts: GatewayTestParts,
): Promise<{ readonly rows: readonly GatewayTestRow[]; readonly notes: readonly string[] }> {
  const startedMs = parts.monotonicMs();
  const rows: GatewayTestRow[] = [];
  const notes: string[] = [];
  for (const planned of plannedCases(keys, input)) {
    if (parts.monotonicMs() - startedMs > RUN_MS_MAX) {
      notes.push('The proxy is so slow that the test was stopped before its end.');
      break;
    }
    const row = await sendOne(planned, keys, input, parts);
    rows.push(row);
    if (row.seenStatus === null && rows.length === 1) {
      notes.push('The proxy cannot be reached, so nothing else was sent.');
      break;
    }
    if (letsEverybodyIn(row, planned)) {
      notes.push('A request without a key was let through, so nothing else was sent: the service is open.');
      break;
    }
  }
  return { rows, notes };
}

async function sendOne(
  planned: PlannedCase,
  keys: TestKeys,
  { url }: HandlerInput<'gateways.test'>,
  { send, monotonicMs }: GatewayTestParts,
): Promise<GatewayTestRow> {
  const { method, path, headers, body } = planned;
  const sentMs = monotonicMs();
  const result = await send({
    origin: url,
    method,
    path,
    headers: { 'User-Agent': 'latchkey-gateway-test', ...headers },
    body,
  });
  return {
    case: planned.case,
    label: planned.label,
    method,
    path,
    expectedStatus: planned.expectedStatus,
    ...judgeCase(planned, result, keys),
    durationMs: Math.round((monotonicMs() - sentMs) * 10) / 10,
  };
}
