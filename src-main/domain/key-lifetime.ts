import type { KeyLifetime } from '#contract/key-lifetimes.ts';

const DAY_MS = 86_400_000;
/** A form that was open for a while still says what was true when it was opened. */
const FORM_OPEN_MS = 3_600_000;

/** How long keys of a tier may live; null = for ever. */
export function lifetimeMaxMs(lifetimes: readonly KeyLifetime[], tier: string): number | null {
  const days = lifetimes.find((lifetime) => lifetime.tier === tier)?.maxDays ?? null;
  return days === null ? null : days * DAY_MS;
}

/** Why a key of a tier may not end then, in words; null = it may. `endsAtMs`: with its grace; null = never. */
export function lifetimeProblem(
  lifetimes: readonly KeyLifetime[],
  tier: string,
  { endsAtMs, nowMs }: { readonly endsAtMs: number | null; readonly nowMs: number },
): string | null {
  const maxMs = lifetimeMaxMs(lifetimes, tier);
  if (maxMs === null) return null;
  if (endsAtMs !== null && endsAtMs <= nowMs + maxMs + FORM_OPEN_MS) return null;
  const days = String(maxMs / DAY_MS);
  return `Keys of the tier ${tier} live at most ${days} days from now, their grace included. Choose an earlier end, or change the policy in the settings.`;
}
