import { describe, expect, it } from 'vitest';
import { HANDOFF_STATES } from '#contract/handoffs.ts';
import { currentStep, onboardingSearch, stepsDone, type OnboardingFacts } from './onboarding-steps.ts';

const nothing: OnboardingFacts = {
  hasPartner: false,
  hasApplication: false,
  hasTemplate: false,
  key: null,
  handoff: null,
};
const stepOf = (facts: Partial<OnboardingFacts>) => currentStep(stepsDone({ ...nothing, ...facts }));

describe('the steps of an onboarding', () => {
  it('each thing that is there leads to the next step, so that it is taken up where it was left', () => {
    const key = { lastUsedAt: null };
    const owner = { hasPartner: true, hasApplication: true };
    expect(stepOf({})).toBe('partner');
    expect(stepOf({ hasPartner: true })).toBe('application');
    expect(stepOf(owner)).toBe('template');
    expect(stepOf({ ...owner, hasTemplate: true })).toBe('handoff');
    expect(stepOf({ ...owner, key })).toBe('handoff');
    expect(stepOf({ ...owner, key, handoff: { state: 'prepared' } })).toBe('use');
  });

  it('only the first use of what was handed off ends it, and a handoff that failed asks for another', () => {
    const whole = { hasPartner: true, hasApplication: true, key: { lastUsedAt: 1 } };
    const steps = HANDOFF_STATES.map((state) => [state, stepOf({ ...whole, handoff: { state } })]);
    expect(Object.fromEntries(steps)).toEqual({
      prepared: 'use',
      opened: 'use',
      revealed: 'use',
      confirmed: null,
      expired: 'handoff',
      withdrawn: 'handoff',
      locked_out: 'handoff',
    });
  });

  it('a key that went another way is done when it is used', () => {
    const whole = { hasPartner: true, hasApplication: true };
    expect(stepOf({ ...whole, key: { lastUsedAt: 1 } })).toBe(null);
  });

  it('an address with what is no id begins anew', () => {
    expect(onboardingSearch.parse({ partner: 'x', application: 3, template: '' })).toEqual({});
  });
});
