import { z } from 'zod';
import type { HandoffState } from '#contract/handoffs.ts';
import { applicationId, partnerId, templateId } from '#contract/ids.ts';

/** The steps from an organisation that nobody knows to its first call, in their order. */
export const ONBOARDING_STEPS = ['partner', 'application', 'template', 'handoff', 'use'] as const;
export type OnboardingStep = (typeof ONBOARDING_STEPS)[number];

/** What the steps are called. */
export const STEP_TITLES: Readonly<Record<OnboardingStep, string>> = {
  partner: 'Partner and contact',
  application: 'Application',
  template: 'What its key may',
  handoff: 'Handoff',
  use: 'First use',
};

/** Whom it is about; without an application, the newest of the partner. Everything else is read off what is there. */
export const onboardingSearch = z.object({
  partner: partnerId.optional().catch(undefined),
  application: applicationId.optional().catch(undefined),
  template: templateId.optional().catch(undefined),
});
export type OnboardingSearch = z.output<typeof onboardingSearch>;

/** What there is of one onboarding. */
export interface OnboardingFacts {
  readonly hasPartner: boolean;
  readonly hasApplication: boolean;
  /** A template is chosen for the key that is not there yet. */
  readonly hasTemplate: boolean;
  /** The newest key of the application that was not revoked. */
  readonly key: { readonly lastUsedAt: number | null } | null;
  /** Its newest handoff. */
  readonly handoff: { readonly state: HandoffState } | null;
}

const FAILED: readonly HandoffState[] = ['expired', 'withdrawn', 'locked_out'];

/** Which steps are done. The last one is when the key that was handed off was used; where nothing was handed off here, when the
 *  key was used. */
export function stepsDone(facts: OnboardingFacts): Readonly<Record<OnboardingStep, boolean>> {
  const { hasPartner, hasApplication, hasTemplate, key, handoff } = facts;
  const isUsed = handoff === null ? key !== null && key.lastUsedAt !== null : handoff.state === 'confirmed';
  return {
    partner: hasPartner,
    application: hasPartner && hasApplication,
    template: key !== null || hasTemplate,
    handoff: isUsed || (handoff !== null && !FAILED.includes(handoff.state)),
    use: isUsed,
  };
}

/** The first step that is not done; null when all are. */
export function currentStep(done: Readonly<Record<OnboardingStep, boolean>>): OnboardingStep | null {
  return ONBOARDING_STEPS.find((step) => !done[step]) ?? null;
}
