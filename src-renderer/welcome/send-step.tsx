import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import type { RequestRow } from '#contract/requests.ts';
import { useRotateKey, useRotateServiceToken, useTryVerification } from '#renderer/api/commands.ts';
import { useSettings } from '#renderer/api/queries.ts';
import { duration, latency } from '#renderer/format/durations.ts';
import { useNow } from '#renderer/format/clock.ts';
import { OutcomeChip } from '#renderer/requests/outcome-chip.tsx';
import { rebuiltTrace } from '#renderer/requests/rebuilt-trace.ts';
import { TraceList } from '#renderer/requests/trace-list.tsx';
import { CopySecret } from '#renderer/keys/copy-secret.tsx';
import { curlExample } from '#renderer/services/connect-examples.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import type { MadeHere, useWelcome } from './use-welcome.ts';
import styles from './welcome.module.css';

/** After so long without a request, causes are named. */
const PATIENCE_MS = 20_000;

interface SendStepProps {
  readonly welcome: ReturnType<typeof useWelcome>;
  readonly made: MadeHere;
  readonly onMade: (part: Partial<MadeHere>) => void;
}

/** The first verification: by the person's own hand, or by Latchkey's; then one that must be refused. */
export function SendStep({ welcome, made, onMade }: SendStepProps) {
  const { status, key, trial, allowed, refused } = welcome;
  const send = useTryVerification();
  const settings = useSettings();
  const url = status?.service.url ?? '';
  if (key === null) return <p>Create a key first.</p>;
  const { serviceToken, secret } = made;
  const run = async (request: { readonly method: string; readonly path: string }) => {
    if (serviceToken === null || secret === null) return;
    await send.run({ serviceToken, key: secret, ...request });
  };
  const next = allowed === null ? trial.allowed : trial.refused;
  return (
    <div className={styles.form}>
      {serviceToken === null || secret === null ? (
        <MakeAgain {...{ welcome, made, onMade }} />
      ) : (
        <>
          <div className={styles.bar}>
            <Button variant="primary" isBusy={send.isRunning} onClick={() => void run(next)}>
              {allowed === null ? 'Send it for me' : 'Now one that must be refused'}
            </Button>
            <span className={styles.quiet}>
              {next.method} {next.path}, or by your own hand:
            </span>
          </div>
          <CopySecret
            secret={`export API_KEY=${secret}\nexport LATCHKEY_SERVICE_TOKEN=${serviceToken}\n`}
            label="Copy key and token for a shell"
            clearAfterMs={(settings.data ?? DEFAULT_SETTINGS).clipboardClearSeconds * 1_000}
            onRefused={() => undefined}
          />
        </>
      )}
      <CodeBlock label="curl command" code={curlExample(url, next.method, next.path)} />
      <ErrorNote error={send.error} />
      <div aria-live="polite" className={styles.form}>
        {allowed === null ? (
          <Waiting isSending={send.isRunning} url={url} />
        ) : (
          <Arrived row={allowed} title="The first verified request">
            {welcome.tookMs === null ? '' : ` It took ${duration(welcome.tookMs)} from the first look.`}
          </Arrived>
        )}
        {refused !== null && (
          <Arrived row={refused} title="The first refused request">
            {refused.detail === null ? '' : ` ${refused.detail}`}
          </Arrived>
        )}
      </div>
    </div>
  );
}

/** Key and token are in the memory of the page that made them: after a reload new ones are needed. */
function MakeAgain({ welcome, made, onMade }: SendStepProps) {
  const { key, service } = welcome;
  const rotateKey = useRotateKey();
  const rotateToken = useRotateServiceToken();
  const run = async () => {
    if (key === null || service === null) return;
    const secret = made.secret ?? (await newSecret());
    if (secret === null) return;
    const token = await rotateToken.run({ serviceId: service.id, overlapMs: 0 });
    if (token.ok) onMade({ secret, serviceToken: token.data.token });
  };
  const newSecret = async (): Promise<string | null> => {
    if (key === null) return null;
    const rotated = await rotateKey.run({ keyId: key.keyId, overlapMs: 0, reason: 'First steps' });
    return rotated.ok ? rotated.data.secret : null;
  };
  return (
    <>
      <p>
        The page was loaded again since the key was made, and neither key nor service token is kept anywhere
        in plain text.
      </p>
      <div>
        <Button
          variant="primary"
          isBusy={rotateKey.isRunning || rotateToken.isRunning}
          onClick={() => void run()}
        >
          Make new ones and go on
        </Button>
      </div>
      <ErrorNote error={rotateKey.error ?? rotateToken.error} />
    </>
  );
}

function Waiting({ isSending, url }: { readonly isSending: boolean; readonly url: string }) {
  const now = useNow(1_000);
  const [startedMs] = useState(now);
  if (isSending) return <p>Sending…</p>;
  if (now - startedMs < PATIENCE_MS) return <p>Listening for the first request with this key…</p>;
  return (
    <div>
      <p>No request has arrived yet. It is most often one of these:</p>
      <ul>
        <li>
          the address: it is <code>{url}</code>, and reached from this machine only unless{' '}
          <Link to="/settings/$section" params={{ section: 'server' }}>
            the server settings
          </Link>{' '}
          say otherwise
        </li>
        <li>
          the header: <code>Authorization: Bearer</code> carries the service token, the key is in the body
        </li>
        <li>a firewall or proxy in between: “Send it for me” goes around it, and tells</li>
      </ul>
    </div>
  );
}

function Arrived(props: { readonly row: RequestRow; readonly title: string; readonly children: ReactNode }) {
  const { row, title, children } = props;
  return (
    <section className={styles.arrived} aria-label={title}>
      <h3>
        {title} <OutcomeChip code={row.code} />
      </h3>
      <p>
        <code>
          {row.method ?? ''} {row.path ?? ''}
        </code>{' '}
        decided in {latency(row.latencyUs)}.{children}{' '}
        <Link to="/requests/$requestId" params={{ requestId: row.requestId }}>
          Open in the log
        </Link>
      </p>
      <TraceList lines={rebuiltTrace(row)} label={`Steps of ${title.toLowerCase()}`} />
    </section>
  );
}
