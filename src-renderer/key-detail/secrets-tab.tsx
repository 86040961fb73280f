import { Link } from '@tanstack/react-router';
import type { Key, Secret } from '#contract/keys.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { TestKey } from '#renderer/keys/test-key.tsx';
import type { KeyActions } from '#renderer/keys/use-key-actions.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip, type ChipTone } from '#renderer/ui/chip.tsx';
import styles from './key-detail.module.css';

const STATE_LOOKS: Readonly<Record<Secret['state'], { readonly word: string; readonly tone: ChipTone }>> = {
  current: { word: 'Current', tone: 'ok' },
  retiring: { word: 'Retiring', tone: 'info' },
  ended: { word: 'Ended', tone: 'plain' },
};

/** Every secret the key has had. None of them can be shown again. */
export function SecretsTab({ subject, actions }: { readonly subject: Key; readonly actions: KeyActions }) {
  return (
    <div className={styles.stack}>
      <p className={styles.quiet}>
        A secret is shown once, when it is made; only its hash is kept. Rotating makes a new one while the old
        one still works.
      </p>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Secrets">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Secret</th>
              <th scope="col">Ends with</th>
              <th scope="col">State</th>
              <th scope="col">Created</th>
              <th scope="col">Last used</th>
              <th scope="col">Ends</th>
              <th scope="col">Log</th>
            </tr>
          </thead>
          <tbody>
            {subject.secrets.map((secret) => (
              <SecretRow key={secret.version} subject={subject} secret={secret} />
            ))}
          </tbody>
        </table>
      </div>
      <div>
        <Button onClick={() => actions.rotate(subject)} disabledReason={actions.obstacle('rotate', subject)}>
          Rotate…
        </Button>
      </div>
      <TestKey subject={subject} />
    </div>
  );
}

function SecretRow({ subject, secret }: { readonly subject: Key; readonly secret: Secret }) {
  const { word, tone } = STATE_LOOKS[secret.state];
  return (
    <tr>
      <th scope="row">{secret.version}</th>
      <td className={styles.endpoint}>…{secret.last4}</td>
      <td>
        <Chip tone={tone}>{word}</Chip>
      </td>
      <td>
        <AbsoluteTime at={secret.createdAt} />
      </td>
      <td>{secret.lastUsedAt === null ? 'never' : <RelativeTime at={secret.lastUsedAt} />}</td>
      <td>{secret.endsAt === null ? '–' : <AbsoluteTime at={secret.endsAt} />}</td>
      <td>
        <Link
          to="/keys/$keyId"
          params={{ keyId: subject.keyId }}
          search={{ tab: 'requests', secret: secret.version, log: 'all' }}
          aria-label={`Requests with secret ${String(secret.version)}`}
        >
          Requests
        </Link>
      </td>
    </tr>
  );
}
