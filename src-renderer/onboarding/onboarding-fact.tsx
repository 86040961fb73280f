import { Link } from '@tanstack/react-router';
import type { PartnerId } from '#contract/ids.ts';
import { Fact } from '#renderer/ui/inspector.tsx';
import { ONBOARDING_STEPS, STEP_TITLES } from './onboarding-steps.ts';
import { useOnboarding } from './use-onboarding.ts';

/** How far the onboarding of a partner is, and the way back into it, for the inside of Facts. */
export function OnboardingFact({ partnerId }: { readonly partnerId: PartnerId }) {
  const { current, application, isLoaded } = useOnboarding({ partner: partnerId });
  if (!isLoaded) return null;
  return (
    <Fact name="Onboarding">
      {current === null ? (
        <>done: {application?.name} is in use</>
      ) : (
        <>
          {application !== null && `${application.name}, `}step {ONBOARDING_STEPS.indexOf(current) + 1} of{' '}
          {ONBOARDING_STEPS.length}: {STEP_TITLES[current].toLowerCase()}.{' '}
          <Link to="/partners/onboard" search={{ partner: partnerId }}>
            Go on with the onboarding
          </Link>
        </>
      )}
    </Fact>
  );
}
