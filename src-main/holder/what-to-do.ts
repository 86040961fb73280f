import type { MeResponse } from '#contract/holder.ts';
import { momentText } from '#main/domain/verification.ts';

const DAY_MS = 86_400_000;
/** A key that ends within this time is worth a word, unless its whole life is that short. */
const ENDING_MS = 14 * DAY_MS;
/** Less of a limit than this share left is worth a word. */
const SCARCE_SHARE = 0.2;

/** Sentences for the holder of a key, most urgent first; empty when nothing is to be done. */
export function whatToDo(view: Omit<MeResponse, 'whatToDo'>, nowMs: number): readonly string[] {
  const { key, rotation, errors, contact } = view;
  const whom = contact === null ? 'the people who gave you the key' : contact;
  const steps: string[] = [];
  if (key.status === 'suspended') {
    steps.push(`The key is suspended and every call is refused. ${key.message ?? `Ask ${whom} why.`}`);
  }
  if (key.status === 'expired')
    steps.push(`The key has expired and every call is refused. Ask ${whom} for a new one.`);
  if (rotation.secretState === 'retiring') {
    const end = rotation.secretEndsAt === null ? 'soon' : `on ${momentText(rotation.secretEndsAt)}`;
    steps.push(
      `You use an old secret, which ends ${end}. Use number ${String(rotation.currentVersion)} now; ask ${whom} if you do not have it.`,
    );
  }
  if (isEndingSoon(view, nowMs) && key.expiresAt !== null) {
    const when =
      key.graceEndsAt !== null && key.expiresAt <= nowMs
        ? `has expired and passes only until ${momentText(key.graceEndsAt)}`
        : `ends on ${momentText(key.expiresAt)}`;
    steps.push(`The key ${when}. Ask ${whom} for a longer life or a new key in time.`);
  }
  if (rotation.dueAt !== null && rotation.dueAt <= nowMs) {
    steps.push(
      `The secret is due for a rotation since ${momentText(rotation.dueAt)}. Ask ${whom} for a new one.`,
    );
  }
  steps.push(...scarceLimits(view));
  const [worst] = errors;
  if (worst !== undefined && key.status !== 'suspended' && key.status !== 'expired') {
    steps.push(`Most failures: ${worst.meaning} ${worst.whatToDo}`);
  }
  return steps;
}

/** Short-lived keys do not nag: one of an hour ends soon all its life. */
function isEndingSoon({ key }: Omit<MeResponse, 'whatToDo'>, nowMs: number): boolean {
  if (key.expiresAt === null || key.status === 'expired' || key.parent !== null) return false;
  return key.expiresAt - nowMs <= Math.min(ENDING_MS, (key.expiresAt - key.createdAt) / 2);
}

function scarceLimits({ limits }: Omit<MeResponse, 'whatToDo'>): readonly string[] {
  const { quota, rateLimits } = limits;
  const steps: string[] = [];
  if (quota !== null && quota.remaining <= quota.limit * SCARCE_SHARE) {
    const left = `${String(quota.remaining)} of ${String(quota.limit)}`;
    steps.push(
      `Of the quota ${left} are left until ${momentText(quota.resetsAt)}. Call less, or ask for more.`,
    );
  }
  for (const { name, limit, remaining, windowMs } of rateLimits) {
    if (remaining === null || remaining > limit * SCARCE_SHARE) continue;
    const which = name === null ? 'the rate limit' : `the limit “${name}”`;
    const seconds = String(Math.round(windowMs / 1_000));
    steps.push(
      `Of ${which} ${String(remaining)} of ${String(limit)} calls in ${seconds} s are left right now. Slow down.`,
    );
  }
  return steps;
}
