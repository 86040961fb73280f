import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { countdown, duration } from '#renderer/format/durations.ts';
import { useNow } from '#renderer/format/clock.ts';
import { SampleData } from '#renderer/samples/sample-data.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { ErrorState, SkeletonLines } from '#renderer/ui/states.tsx';
import { Step, Steps } from '#renderer/ui/steps.tsx';
import { EndpointsStep } from './endpoints-step.tsx';
import { KeyStep } from './key-step.tsx';
import { SendStep } from './send-step.tsx';
import { useWelcome, type MadeHere } from './use-welcome.ts';
import { STEP_TITLES, WELCOME_STEPS, type WelcomeStep } from './welcome-steps.ts';
import styles from './welcome.module.css';

const route = getRouteApi('/welcome');

/** The first start: from nothing to a verified and a refused request. */
export function WelcomePage() {
  const welcome = useWelcome();
  const [made, setMade] = useState<MadeHere>({ serviceToken: null, secret: null });
  const [opened, setOpened] = useState<WelcomeStep | null>(route.useSearch().step ?? null);
  if (!welcome.isLoaded) {
    return (
      <Page>
        <PageHeader title="Welcome" />
        {welcome.error === null ? (
          <SkeletonLines lines={8} />
        ) : (
          <ErrorState
            title="The first steps could not be loaded."
            error={welcome.error}
            onRetry={welcome.retry}
          />
        )}
      </Page>
    );
  }
  const shown = opened ?? welcome.current ?? 'send';
  const keep = (part: Partial<MadeHere>) => {
    setMade((before) => ({ ...before, ...part }));
    setOpened(null);
  };
  const bodies: Readonly<Record<WelcomeStep, ReactNode>> = {
    protect: (
      <p>
        Keys are stored as keyed hashes: what is on the disk opens nothing. The data are in{' '}
        <code>{welcome.status?.dataDirectory}</code>; only your account can read them.
      </p>
    ),
    server: <ServerStep status={welcome.status} />,
    endpoints: <EndpointsStep onMade={(serviceToken) => keep({ serviceToken })} />,
    key: <KeyStep onMade={(secret) => keep({ secret })} />,
    send: <SendStep welcome={welcome} made={made} onMade={keep} />,
  };
  return (
    <Page>
      <PageHeader title="Welcome" actions={<Took welcome={welcome} />}>
        <p className={styles.quiet}>
          Five steps to the first verified request. Everything can be skipped and done later:{' '}
          <Link to="/keys">go to the keys</Link>.
        </p>
      </PageHeader>
      <Steps>
        {WELCOME_STEPS.map((step, index) => (
          <Step
            key={step}
            number={index + 1}
            title={STEP_TITLES[step]}
            isDone={welcome.done[step]}
            isOpen={step === shown}
            onOpen={() => setOpened(step)}
          >
            {bodies[step]}
          </Step>
        ))}
      </Steps>
      {welcome.current === null && <Done />}
      <SampleData />
    </Page>
  );
}

function ServerStep({ status }: { readonly status: ReturnType<typeof useWelcome>['status'] }) {
  const url = status?.service.url ?? null;
  return status?.service.isListening === true && url !== null ? (
    <p>
      Your services ask at <code>{url}</code>. It answers now.{' '}
      <Link to="/settings/$section" params={{ section: 'server' }}>
        Another address or port
      </Link>
    </p>
  ) : (
    <p role="alert">
      The server does not listen: its port may be taken.{' '}
      <Link to="/settings/$section" params={{ section: 'server' }}>
        Choose another port
      </Link>
    </p>
  );
}

function Took({ welcome }: { readonly welcome: ReturnType<typeof useWelcome> }) {
  const now = useNow(1_000);
  if (welcome.tookMs !== null) return <p>First verified request after {duration(welcome.tookMs)}.</p>;
  if (welcome.startedAtMs === null || welcome.allowed !== null) return null;
  return (
    <p className={styles.quiet} aria-hidden>
      {countdown(Math.max(0, now - welcome.startedAtMs))}
    </p>
  );
}

function Done() {
  return (
    <section className={styles.doneBox} aria-label="What next">
      <h2>That is all it takes</h2>
      <ul>
        <li>
          <Link to="/services">Point a real service at Latchkey</Link>: code, or a reverse proxy in front of
          it
        </li>
        <li>
          <Link to="/templates">Look at the templates</Link> for partners, builds and trials
        </li>
        <li>
          <Link to="/overview">See what is called</Link>, by whom, and what was refused
        </li>
      </ul>
    </section>
  );
}
