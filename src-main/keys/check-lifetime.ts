import type { ApplicationId, TimestampMs } from '#contract/ids.ts';
import { keyLifetimes, type KeyLifetime } from '#contract/key-lifetimes.ts';
import type { UseCaseContext } from '#main/context.ts';
import { lifetimeMaxMs, lifetimeProblem } from '#main/domain/key-lifetime.ts';
import { keyEndsAt } from '#main/domain/key-status.ts';
import { AppError } from '#main/platform/app-error.ts';

/** Throws INVALID_INPUT for an end, grace included, that the policy of the partner's tier does not allow. What a key has already is not asked about. */
export function checkLifetime(
  context: UseCaseContext,
  {
    applicationId,
    expiresAt,
    expiryGraceMs,
  }: {
    readonly applicationId: ApplicationId;
    readonly expiresAt: TimestampMs | null;
    readonly expiryGraceMs: number | null;
  },
): void {
  const policy = policyOf(context, applicationId);
  if (policy === null) return;
  const { nowMs } = context;
  const endsAtMs = keyEndsAt({ expiresAtMs: expiresAt, expiryGraceMs });
  const message = lifetimeProblem(policy.lifetimes, policy.tier, { endsAtMs, nowMs });
  if (message === null) return;
  throw new AppError('INVALID_INPUT', `expiresAt: ${message}`, [{ path: 'expiresAt', message }]);
}

/** How long keys of an application may live; null = for ever. */
export function longestLifeMs(context: UseCaseContext, applicationId: ApplicationId): number | null {
  const policy = policyOf(context, applicationId);
  return policy === null ? null : lifetimeMaxMs(policy.lifetimes, policy.tier);
}

function policyOf(
  { db }: UseCaseContext,
  applicationId: ApplicationId,
): { readonly lifetimes: readonly KeyLifetime[]; readonly tier: string } | null {
  const row = db.settings.list().find(({ name }) => name === 'keyLifetimes');
  const parsed = row === undefined ? null : keyLifetimes.safeParse(JSON.parse(row.value));
  if (parsed?.success !== true || parsed.data.length === 0) return null;
  const application = db.applications.get(applicationId);
  const partner = application === null ? null : db.partners.get(application.partnerId);
  return partner === null ? null : { lifetimes: parsed.data, tier: partner.tier };
}
