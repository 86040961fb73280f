import { useState } from 'react';
import { JWKS_MAX_AGE_MS, TOKEN_LIFE_MS_MAX, type SigningKey } from '#contract/token-exchange.ts';
import { useRotateSigningKey } from '#renderer/api/commands.ts';
import { duration } from '#renderer/format/durations.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Code } from '#renderer/ui/code.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './services.module.css';

/** What signs tokens, for all services, and how it is replaced. */
export function SigningKeysPanel({ signingKeys }: { readonly signingKeys: readonly SigningKey[] }) {
  const [isRotating, setIsRotating] = useState(false);
  return (
    <section className={styles.form} aria-labelledby="signing-keys">
      <div className={styles.token}>
        <h2 id="signing-keys">Signing keys of all services</h2>
        <span className={styles.spacer} />
        <Button onClick={() => setIsRotating(true)}>Rotate signing key…</Button>
      </div>
      <PlainTable label="Signing keys" columns={COLUMNS} rows={signingKeys} rowKey={({ kid }) => kid} />
      {isRotating && (
        <RotateSigningKey
          isWaiting={signingKeys.some(({ state }) => state === 'next')}
          onClose={() => setIsRotating(false)}
        />
      )}
    </section>
  );
}

const STATES = {
  next: { word: 'Next', tone: 'info' },
  current: { word: 'Current', tone: 'ok' },
  retired: { word: 'Retired', tone: 'plain' },
} as const;

const COLUMNS: readonly PlainColumn<SigningKey>[] = [
  { header: 'Key', cell: ({ kid }) => <Code>{kid}</Code> },
  {
    header: 'State',
    cell: ({ state }) => <Chip tone={STATES[state].tone}>{STATES[state].word}</Chip>,
  },
  { header: 'Signs from', cell: ({ startsAt }) => <RelativeTime at={startsAt} /> },
  {
    header: 'Published until',
    cell: ({ endsAt }) => (endsAt === null ? 'it is replaced' : <RelativeTime at={endsAt} />),
  },
];

const WAYS = [
  {
    value: 'planned',
    label: 'Planned',
    detail: `The new key is published now and signs in ${duration(JWKS_MAX_AGE_MS)}; the old one stays published for ${duration(TOKEN_LIFE_MS_MAX)} after that. No token is refused.`,
  },
  {
    value: 'compromised',
    label: 'It may have leaked',
    detail: `The old keys go at once. Every token that is out is refused: online now, offline when its checker fetches the list again, after at most ${duration(JWKS_MAX_AGE_MS)}.`,
  },
] as const;
type Way = (typeof WAYS)[number]['value'];

interface RotateSigningKeyProps {
  /** One waits to start already: then only a leak is a reason for another. */
  readonly isWaiting: boolean;
  readonly onClose: () => void;
}

function RotateSigningKey({ isWaiting, onClose }: RotateSigningKeyProps) {
  const rotate = useRotateSigningKey();
  const [way, setWay] = useState<Way>(isWaiting ? 'compromised' : 'planned');
  const confirm = async () => {
    const outcome = await rotate.run({ isCompromised: way === 'compromised' });
    if (outcome.ok) onClose();
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={rotate.isRunning}
      tone={way === 'compromised' ? 'danger' : 'primary'}
      title="Rotate the signing key?"
      description="It signs the tokens of all services. API keys do not change."
      confirmLabel="Rotate signing key"
    >
      <RadioGroup label="Why" value={way} options={WAYS} onChange={setWay} />
      <ErrorNote error={rotate.error} />
    </AlertDialog>
  );
}
