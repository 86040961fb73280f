import { useState } from 'react';
import type { Service } from '#contract/services.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import { useRotateServiceToken } from '#renderer/api/commands.ts';
import { useSettings, useStatus } from '#renderer/api/queries.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Code, CodeBlock } from '#renderer/ui/code.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { curlExample, expressExample, reportExample } from './connect-examples.ts';
import { ListenersPanel } from './listeners-panel.tsx';
import styles from './services.module.css';
import { TokenDialog } from './token-dialog.tsx';

const DEFAULT_ADDRESS = 'http://127.0.0.1:7420';

/** How to point the service at Latchkey, and its token. */
export function ConnectPanel({ service }: { readonly service: Service }) {
  const status = useStatus();
  const settings = useSettings();
  const [isRotating, setIsRotating] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  const address = status.data?.service.url ?? DEFAULT_ADDRESS;
  return (
    <div className={styles.connect}>
      <div className={styles.token}>
        <span>
          Service token <Code>{service.tokenHint}</Code>, made <RelativeTime at={service.tokenCreatedAt} />
        </span>
        <span className={styles.spacer} />
        <Button onClick={() => setIsRotating(true)}>Rotate token…</Button>
      </div>
      <ListenersPanel service={service} />
      <section className={styles.form}>
        <h2>Ask whether a request may pass</h2>
        <CodeBlock label="curl command" code={curlExample(address)} />
        <h2>In an Express service</h2>
        <CodeBlock label="Express middleware" code={expressExample(address)} />
        <h2>Report what became of it</h2>
        <CodeBlock label="report command" code={reportExample(address)} />
      </section>
      {isRotating && (
        <RotateToken
          service={service}
          onClose={() => setIsRotating(false)}
          onRotated={(next) => {
            setIsRotating(false);
            setToken(next);
          }}
        />
      )}
      {token !== null && (
        <TokenDialog
          title={`New service token of ${service.name}`}
          token={token}
          variable="LATCHKEY_SERVICE_TOKEN"
          clearAfterMs={(settings.data ?? DEFAULT_SETTINGS).clipboardClearSeconds * 1_000}
          onDone={() => setToken(null)}
        />
      )}
    </div>
  );
}

const OVERLAPS = [
  {
    value: '0',
    label: 'End now',
    detail: 'After a leak. The service is refused until it has the new token.',
  },
  { value: '3600000', label: '1 hour' },
  { value: '86400000', label: '24 hours' },
  { value: '604800000', label: '7 days' },
];

interface RotateTokenProps {
  readonly service: Service;
  readonly onClose: () => void;
  readonly onRotated: (token: string | null) => void;
}

function RotateToken({ service, onClose, onRotated }: RotateTokenProps) {
  const rotate = useRotateServiceToken();
  const [overlapMs, setOverlapMs] = useState('3600000');
  const confirm = async () => {
    const outcome = await rotate.run({ serviceId: service.id, overlapMs: Number(overlapMs) });
    if (outcome.ok) onRotated(outcome.data.token);
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={rotate.isRunning}
      title="Rotate the service token?"
      description={`${service.name} gets a new token, shown once.`}
      confirmLabel="Rotate token"
    >
      <RadioGroup
        label="The old token stays valid for"
        value={overlapMs}
        options={OVERLAPS}
        onChange={setOverlapMs}
      />
      <ErrorNote error={rotate.error} />
    </AlertDialog>
  );
}
