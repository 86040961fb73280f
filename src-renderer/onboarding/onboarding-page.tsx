import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { KeySummary } from '#contract/keys.ts';
import { HandOffDialog } from '#renderer/handoffs/hand-off-dialog.tsx';
import { IssuedDialog } from '#renderer/handoffs/issue-fields.tsx';
import type { Issued } from '#renderer/handoffs/use-issue-form.ts';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { ErrorState, SkeletonLines } from '#renderer/ui/states.tsx';
import { Step, Steps } from '#renderer/ui/steps.tsx';
import { HandoffThere, UseStep } from './handoff-steps.tsx';
import { IssueStep, KeyThere, TemplateStep } from './key-steps.tsx';
import {
  ONBOARDING_STEPS,
  STEP_TITLES,
  type OnboardingSearch,
  type OnboardingStep,
} from './onboarding-steps.ts';
import styles from './onboarding.module.css';
import { ApplicationStep, PartnerStep } from './owner-steps.tsx';
import { useOnboarding, type Onboarding } from './use-onboarding.ts';

const route = getRouteApi('/partners/onboard');

/** From an organisation that nobody knows to the first call with its own key, in one flow that can be left and taken up anywhere. */
export function OnboardingPage() {
  const search = route.useSearch();
  const live = useOnboarding(search);
  const [told, setTold] = useState<Told | null>(null);
  // What is told once stands still until it is taken: what came of it would take its step away.
  const onboarding = told?.since ?? live;
  const tell = (what: Told['what']) => setTold({ what, since: onboarding });
  const navigate = useNavigate();
  const [opened, setOpened] = useState<OnboardingStep | null>(null);
  /** The address holds what cannot be read off the store; the next step opens by itself. */
  const go = (to: OnboardingSearch, step: OnboardingStep | null = null) => {
    setOpened(step);
    void navigate({ to: '/partners/onboard', search: to, replace: true });
  };
  const goOn = () => {
    setTold(null);
    setOpened(null);
  };
  const { partner } = onboarding;
  return (
    <Page>
      <PageHeader title={partner === null ? 'Onboard a partner' : `Onboard ${partner.name}`}>
        <p>
          <Link to="/partners">All partners</Link>
          {partner !== null && (
            <>
              {' · '}
              <Link to="/partners/$partnerId" params={{ partnerId: partner.id }}>
                {partner.name}
              </Link>
            </>
          )}
        </p>
      </PageHeader>
      {onboarding.isLoaded ? (
        <Wizard {...{ onboarding, search, opened, go, tell }} onOpen={setOpened} />
      ) : onboarding.error === null ? (
        <SkeletonLines lines={8} />
      ) : (
        <ErrorState
          title="The onboarding could not be loaded."
          error={onboarding.error}
          onRetry={onboarding.retry}
        />
      )}
      {told !== null && <ToldDialog what={told.what} onDone={goOn} />}
    </Page>
  );
}

/** What a dialog tells, and the onboarding as it was before. */
interface Told {
  readonly what:
    | { readonly kind: 'issued'; readonly issued: Issued }
    | { readonly kind: 'handOff'; readonly subject: KeySummary };
  readonly since: Onboarding;
}

function ToldDialog({ what, onDone }: { readonly what: Told['what']; readonly onDone: () => void }) {
  return what.kind === 'issued' ? (
    <IssuedDialog issued={what.issued} onDone={onDone} />
  ) : (
    <HandOffDialog subject={what.subject} secret={null} onClose={onDone} />
  );
}

interface WizardProps {
  readonly onboarding: Onboarding;
  readonly search: OnboardingSearch;
  readonly opened: OnboardingStep | null;
  readonly go: (to: OnboardingSearch, step?: OnboardingStep | null) => void;
  readonly tell: (what: Told['what']) => void;
  readonly onOpen: (step: OnboardingStep) => void;
}

function Wizard(props: WizardProps) {
  const { onboarding, opened, onOpen } = props;
  const { done, current } = onboarding;
  const shown = opened ?? current ?? 'use';
  const results = resultsOf(onboarding);
  return (
    <>
      <Steps>
        {ONBOARDING_STEPS.map((step, index) => (
          <Step
            key={step}
            number={index + 1}
            title={STEP_TITLES[step]}
            result={results[step]}
            isDone={done[step]}
            isOpen={step === shown}
            onOpen={() => onOpen(step)}
          >
            <Body {...props} step={step} />
          </Step>
        ))}
      </Steps>
      {current === null && <Finished onboarding={onboarding} />}
    </>
  );
}

/** What came of each step, for its head. */
function resultsOf({
  partner,
  application,
  template,
  key,
}: Onboarding): Partial<Record<OnboardingStep, string>> {
  const made = key?.name ?? template?.name;
  return {
    ...(partner === null ? {} : { partner: `${partner.name}, ${partner.contactEmail}` }),
    ...(application === null ? {} : { application: application.name }),
    ...(made === undefined ? {} : { template: made }),
  };
}

function Body({
  step,
  onboarding,
  search,
  go,
  tell,
}: WizardProps & { readonly step: OnboardingStep }): ReactNode {
  const { partner, application, applications, template, templates, key, handoff, done } = onboarding;
  if (step === 'partner') return <PartnerStep partner={partner} onChosen={(id) => go({ partner: id })} />;
  if (partner === null) return <p>Choose the partner first.</p>;
  if (step === 'application') {
    return (
      <ApplicationStep
        {...{ partner, application, applications }}
        onChosen={(id) => go({ partner: partner.id, application: id })}
      />
    );
  }
  if (application === null) return <p>Choose the application first.</p>;
  const here = { partner: partner.id, application: application.id };
  if (step === 'use') return <UseStep onboarding={onboarding} />;
  if (step === 'template') {
    return key === null ? (
      <TemplateStep
        {...{ partner, application, template, templates }}
        onChange={(id) => go({ ...here, ...(id === undefined ? {} : { template: id }) }, 'template')}
        onDone={() => go({ ...here, ...search }, 'handoff')}
      />
    ) : (
      <KeyThere subject={key} />
    );
  }
  if (key !== null) {
    return (
      <HandoffThere
        {...{ subject: key, handoff }}
        isOpen={!done.handoff}
        onHandOff={() => tell({ kind: 'handOff', subject: key })}
      />
    );
  }
  if (template === null) return <p>Choose the template first.</p>;
  return (
    <IssueStep
      {...{ partner, application, template }}
      onIssued={(issued) => tell({ kind: 'issued', issued })}
    />
  );
}

function Finished({ onboarding: { partner, application, key } }: { readonly onboarding: Onboarding }) {
  if (partner === null || application === null || key === null) return null;
  return (
    <section className={styles.finished} aria-label="Onboarded">
      <h2>{partner.name} is on board</h2>
      <ul>
        <li>
          <Link to="/keys/$keyId" params={{ keyId: key.keyId }}>
            See what {application.name} calls
          </Link>
        </li>
        <li>
          <Link to="/keys/$keyId/passport" params={{ keyId: key.keyId }}>
            Passport for the partner
          </Link>
        </li>
        <li>
          <Link to="/partners/papers/$applicationId" params={{ applicationId: application.id }}>
            Attestation, and a note for new people
          </Link>
        </li>
        <li>
          <Link to="/partners/onboard">Onboard another partner</Link>
        </li>
      </ul>
    </section>
  );
}
