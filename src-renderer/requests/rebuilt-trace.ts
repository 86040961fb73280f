import type { RequestRow } from '#contract/requests.ts';
import { VERIFICATION_STEP_NAMES } from '#contract/trace-step.ts';
import type { TraceStep } from '#contract/trace-step.ts';
import type { DecisionCode } from '#contract/verify.ts';

/** A step of the checks in words. `notReached` comes after the step that refused. */
export interface TraceLine {
  readonly step: TraceStep['step'];
  readonly label: string;
  readonly outcome: 'pass' | 'fail' | 'skip' | 'notReached';
  readonly detail: string;
  /** null where it was not kept. */
  readonly durationUs: number | null;
}

/** Steps in the order in which the checks run, as questions that each answers. */
export const STEP_LABELS: Readonly<Record<TraceStep['step'], string>> = {
  parse: 'Read the key',
  source: 'Blocked sources',
  lookup: 'Look it up',
  state: 'State of the key',
  expiry: 'Expiry',
  ip: 'Client address',
  origin: 'Origin',
  userAgent: 'User agent',
  service: 'Calling service',
  time: 'Hours',
  signature: 'Signature',
  scope: 'Scopes',
  rateLimit: 'Rate limit',
  quota: 'Quota',
};
const STEPS: readonly TraceStep['step'][] = VERIFICATION_STEP_NAMES;

const FAILING_STEP: Readonly<Record<DecisionCode, TraceStep['step'] | null>> = {
  MISSING_KEY: 'parse',
  MALFORMED: 'parse',
  NOT_FOUND: 'lookup',
  REVOKED: 'state',
  SUSPENDED: 'state',
  EXPIRED: 'expiry',
  IP_NOT_ALLOWED: 'ip',
  ORIGIN_NOT_ALLOWED: 'origin',
  USER_AGENT_NOT_ALLOWED: 'userAgent',
  SERVICE_NOT_ALLOWED: 'service',
  TIME_NOT_ALLOWED: 'time',
  SIGNATURE_NOT_ALLOWED: 'signature',
  INSUFFICIENT_SCOPE: 'scope',
  RATE_LIMITED: 'rateLimit',
  QUOTA_EXCEEDED: 'quota',
  VALID: null,
};

const PASSED: Readonly<Record<TraceStep['step'], string>> = {
  parse: 'Well formed, checksum right',
  source: 'From no blocked source',
  lookup: 'Known key and secret',
  state: 'Neither suspended nor revoked',
  expiry: 'Not expired',
  ip: 'Address allowed, or no list set',
  origin: 'Origin allowed, or no list set',
  userAgent: 'User agent allowed, or no list set',
  service: 'Calling service allowed, or no list set',
  time: 'Inside the hours, or none set',
  signature: 'Signed as wanted, or none wanted',
  scope: 'Allowed',
  rateLimit: 'Within the limit, or no limit set',
  quota: 'Within the quota, or no quota set',
};

const REFUSED: Readonly<Record<Exclude<DecisionCode, 'VALID'>, string>> = {
  MISSING_KEY: 'No key was sent',
  MALFORMED: 'Not a key of ours, or its checksum is wrong',
  NOT_FOUND: 'Unknown key id or wrong secret',
  REVOKED: 'Revoked, or the old secret’s overlap has ended',
  SUSPENDED: 'The key is suspended',
  EXPIRED: 'The key had expired',
  IP_NOT_ALLOWED: 'This address is not in the key’s list',
  ORIGIN_NOT_ALLOWED: 'This origin is not in the key’s list',
  USER_AGENT_NOT_ALLOWED: 'This user agent is not in the key’s list',
  SERVICE_NOT_ALLOWED: 'This service is not in the key’s list',
  TIME_NOT_ALLOWED: 'Outside the hours of the key',
  SIGNATURE_NOT_ALLOWED: 'Not signed as the key wants it',
  INSUFFICIENT_SCOPE: 'No rule allows this request',
  RATE_LIMITED: 'Rate limit used up',
  QUOTA_EXCEEDED: 'Quota used up',
};

/**
 * What the checks must have said, from what a row keeps (code, rule, detail): one line per step. The log keeps no
 * durations of single steps. Empty for a request that was verified elsewhere.
 */
export function rebuiltTrace(
  row: Pick<RequestRow, 'code' | 'rule' | 'detail' | 'source' | 'secretVersion'>,
): readonly TraceLine[] {
  if (row.source === 'reported') return [];
  const failing = failingStep(row);
  const failingAt = failing === null ? STEPS.length : STEPS.indexOf(failing);
  return STEPS.map((step, index): TraceLine => {
    const outcome = index < failingAt ? 'pass' : index === failingAt ? 'fail' : 'notReached';
    return {
      step,
      label: STEP_LABELS[step],
      outcome,
      detail: stepDetail(row, step, outcome),
      durationUs: null,
    };
  });
}

/** An address that is refused before any key is looked up is a blocked source. */
function failingStep({
  code,
  secretVersion,
}: Pick<RequestRow, 'code' | 'secretVersion'>): TraceStep['step'] | null {
  return code === 'IP_NOT_ALLOWED' && secretVersion === null ? 'source' : FAILING_STEP[code];
}

/** The live answer of a simulation as lines; steps that the server left out count as not reached. */
export function liveTrace(steps: readonly TraceStep[]): readonly TraceLine[] {
  const refusedAt = STEPS.findIndex((step) =>
    steps.some((other) => other.step === step && other.outcome === 'fail'),
  );
  return STEPS.map((step, index): TraceLine => {
    const isAfter = refusedAt >= 0 && index > refusedAt;
    const found = isAfter ? undefined : steps.find((candidate) => candidate.step === step);
    return {
      step,
      label: STEP_LABELS[step],
      outcome: found?.outcome ?? 'notReached',
      detail: found?.detail ?? 'Not reached',
      durationUs: found?.durationUs ?? null,
    };
  });
}

function stepDetail(
  row: Pick<RequestRow, 'code' | 'rule' | 'detail' | 'secretVersion'>,
  step: TraceStep['step'],
  outcome: TraceLine['outcome'],
): string {
  if (outcome === 'notReached') return 'Not reached';
  if (outcome === 'fail' && row.code !== 'VALID') {
    // The rule of a request that a limit refused is the one that had allowed it.
    const rule = step === 'scope' && row.rule !== null ? `: ${row.rule}` : '';
    return row.detail ?? `${REFUSED[row.code]}${rule}`;
  }
  if (step === 'scope' && row.rule !== null) return `Rule ${row.rule}`;
  if (step === 'lookup' && row.secretVersion !== null)
    return `Known key, secret ${String(row.secretVersion)}`;
  return PASSED[step];
}
