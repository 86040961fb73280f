import { TARGETS, type Health, type HealthRange } from '#contract/health.ts';
import type { Revocation } from '#contract/revocations.ts';
import type { SystemStatus, TurnedAway } from '#contract/system.ts';
import { duration, latency } from '#renderer/format/durations.ts';
import { count, counted, finePercent, percent } from '#renderer/format/numbers.ts';

/** The range in words: "in the last hour". */
export const RANGE_WORDS: Readonly<Record<HealthRange, string>> = {
  hour: 'last hour',
  day: 'last 24 hours',
  week: 'last 7 days',
};

/** What misses its target, a sentence each; empty when all is well. */
export function missedTargets(
  health: Health,
  revocations: readonly Revocation[],
  status: SystemStatus | null,
): readonly string[] {
  const { auth, latencyUs, limits } = health;
  return [
    auth.rate !== null && auth.rate < TARGETS.successRate
      ? `Only ${finePercent(auth.rate)} of verifications had a good credential; the target is ${finePercent(TARGETS.successRate)}.`
      : null,
    latencyUs !== null && latencyUs.p95 > TARGETS.latencyUs
      ? `Deciding took up to ${latency(latencyUs.p95)} for 95 % of verifications; the target is ${latency(TARGETS.latencyUs)}.`
      : null,
    answerSentence(status?.answers.latencyUs ?? null),
    limits.share > TARGETS.limitShare
      ? `${percent(limits.share)} of verifications were over a limit or quota; the target is ${percent(TARGETS.limitShare)}.`
      : null,
    ...revocations.filter(isLate).map(lateSentence),
    ...(status?.log.quotaDrift ?? []).filter(({ counted: seen, logged }) => logged > seen).map(driftText),
    ...(status?.server.turnedAway ?? []).filter(({ endedAt }) => endedAt === null).map(turnedAwayText),
    ...(status === null ? [] : status.warnings.map(({ message }) => message)),
    status !== null && status.log.lostRows > 0
      ? `${counted(status.log.lostRows, 'decision')} could not be kept in the request log.`
      : null,
  ].filter((sentence) => sentence !== null);
}

function answerSentence(latencyUs: SystemStatus['answers']['latencyUs']): string | null {
  if (latencyUs === null || latencyUs.p95 <= TARGETS.latencyUs) return null;
  return `Callers waited up to ${latency(latencyUs.p95)} for 95 % of answers in the last hour; the target is ${latency(TARGETS.latencyUs)}.`;
}

/** Did it take longer than the target until the key was refused everywhere? */
export function isLate({ lagMs, lateUseMs }: Revocation): boolean {
  return Math.max(lagMs ?? 0, lateUseMs ?? 0) > TARGETS.revocationMs;
}

/** One line for a quiet hour. */
export function calmSentence(health: Health, range: HealthRange): string {
  const rate = health.auth.rate === null ? '' : `${finePercent(health.auth.rate)} of credentials were good`;
  const speed = health.latencyUs === null ? '' : `, 95 % decided within ${latency(health.latencyUs.p95)}`;
  return rate === ''
    ? 'All is well. Nothing failed.'
    : `All is well: ${rate} in the ${RANGE_WORDS[range]}${speed}.`;
}

/** What a quota's counter and the log say, where they differ. */
export function driftText({
  ownerId,
  period,
  counted: seen,
  logged,
}: SystemStatus['log']['quotaDrift'][number]): string {
  return `The ${period}’s quota of ${ownerId}: the counter says ${count(seen)}, the request log ${count(logged)}.`;
}

/** `Guessing from 203.0.113.9 and 2 more: 120 failed attempts told to wait.` */
export function turnedAwayText({ kind, count: times, by }: TurnedAway): string {
  const [first, ...others] = by.map(({ name }) => name);
  if (kind === 'load') {
    const why = by.map(({ name }) => SHED_WORDS.get(name) ?? name).join(', ');
    return `${counted(times, 'verification')} turned away with 503: ${why}.`;
  }
  const more = others.length === 0 ? '' : ` and ${count(others.length)} more`;
  return `Guessing from ${first ?? 'an unknown source'}${more}: ${counted(times, 'failed attempt')} told to wait.`;
}

const SHED_WORDS: ReadonlyMap<string, string> = new Map([
  ['load', 'too much to do'],
  ['service-ceiling', 'ceiling of a service'],
  ['server-ceiling', 'ceiling of all services'],
]);

function lateSentence({ lagMs, lateUseMs, name }: Revocation): string {
  const lateMs = Math.max(lagMs ?? 0, lateUseMs ?? 0);
  return `${name} was still accepted ${duration(lateMs)} after it was withdrawn; the target is ${duration(TARGETS.revocationMs)}.`;
}
