import { Link } from '@tanstack/react-router';
import type { Output } from '#contract/contract.ts';
import type { Key, Secret } from '#contract/keys.ts';
import { useHandoffs } from '#renderer/api/handoff-queries.ts';
import { useSecretUses } from '#renderer/api/traffic-queries.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { TestKey } from '#renderer/keys/test-key.tsx';
import type { KeyActions } from '#renderer/keys/use-key-actions.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip, type ChipTone } from '#renderer/ui/chip.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import styles from './key-detail.module.css';

const STATE_LOOKS: Readonly<Record<Secret['state'], { readonly word: string; readonly tone: ChipTone }>> = {
  current: { word: 'Current', tone: 'ok' },
  retiring: { word: 'Retiring', tone: 'info' },
  ended: { word: 'Ended', tone: 'plain' },
};

type Uses = Output<'usage.bySecret'>[number];

/** Every secret the key has had. None of them can be shown again. */
export function SecretsTab({ subject, actions }: { readonly subject: Key; readonly actions: KeyActions }) {
  const uses = useSecretUses(subject.keyId).data;
  const handoffs = useHandoffCountsOf(subject);
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
              <th scope="col">State</th>
              <th scope="col">Created</th>
              <th scope="col">Last used</th>
              <th scope="col">Uses</th>
              <th scope="col">Handoffs</th>
            </tr>
          </thead>
          <tbody>
            {subject.secrets.map((secret) => (
              <SecretRow
                key={secret.version}
                subject={subject}
                secret={secret}
                uses={uses === undefined ? undefined : (uses.find(isOf(secret)) ?? NO_USES)}
                handoffs={handoffs?.get(secret.version) ?? (handoffs === undefined ? undefined : 0)}
              />
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

const NO_USES = { requests: 0, refused: 0, last: null } as const;
const isOf =
  ({ version }: Secret) =>
  (uses: Uses) =>
    uses.version === version;

/** How often each secret was handed off, of the newest handoffs of the key; undefined while that is not known. */
function useHandoffCountsOf({ keyId }: Key): ReadonlyMap<number, number> | undefined {
  const pages = useHandoffs({ filter: { keyId } }).data?.pages;
  if (pages === undefined) return undefined;
  const counts = new Map<number, number>();
  for (const { secretVersion } of pages.flatMap(({ items }) => items))
    counts.set(secretVersion, (counts.get(secretVersion) ?? 0) + 1);
  return counts;
}

interface SecretRowProps {
  readonly subject: Key;
  readonly secret: Secret;
  /** undefined while they are not known. */
  readonly uses: Omit<Uses, 'version'> | undefined;
  readonly handoffs: number | undefined;
}

function SecretRow({ subject, secret, uses, handoffs }: SecretRowProps) {
  const { version, state, createdAt, endsAt, lastUsedAt, last4, fingerprint } = secret;
  const { word, tone } = STATE_LOOKS[state];
  const params = { keyId: subject.keyId };
  return (
    <tr>
      <th scope="row" className={styles.whole}>
        <span className={styles.twoLines}>
          <span>{version}</span>
          <code>{secretHint(subject.hint, last4)}</code>
          {fingerprint !== null && (
            <span className={styles.fingerprint}>
              Fingerprint <code>{fingerprint}</code>
              <CopyButton text={fingerprint} label={`Copy fingerprint of secret ${String(version)}`} />
            </span>
          )}
        </span>
      </th>
      <td>
        <span className={styles.twoLines}>
          <Chip tone={tone}>{word}</Chip>
          {endsAt !== null && (
            <span className={styles.quiet}>
              {state === 'ended' ? 'since' : 'until'} <AbsoluteTime at={endsAt} />
            </span>
          )}
        </span>
      </td>
      <td className={styles.moment}>
        <AbsoluteTime at={createdAt} />
      </td>
      <td className={styles.program}>
        {lastUsedAt === null ? (
          'never'
        ) : (
          <span className={styles.twoLines}>
            <RelativeTime at={lastUsedAt} />
            {uses !== undefined && uses.last !== null && <LastFrom {...uses.last} />}
          </span>
        )}
      </td>
      <td>
        {uses === undefined ? (
          '–'
        ) : (
          <span className={styles.twoLines}>
            <Link
              to="/keys/$keyId"
              params={params}
              search={{ tab: 'requests', secret: version, log: 'all' }}
              aria-label={`${counted(uses.requests, 'request')} with secret ${String(version)}`}
            >
              {count(uses.requests)}
            </Link>
            {uses.refused > 0 && <span className={styles.quiet}>{count(uses.refused)} refused</span>}
          </span>
        )}
      </td>
      <td>
        {handoffs === undefined ? (
          '–'
        ) : handoffs === 0 ? (
          'none'
        ) : (
          <Link to="/keys/$keyId" params={params} search={{ tab: 'handoffs' }}>
            {counted(handoffs, 'handoff')}
          </Link>
        )}
      </td>
    </tr>
  );
}

function LastFrom({ clientIp, userAgent }: NonNullable<Uses['last']>) {
  const parts = [clientIp, userAgent].filter((part) => part !== null);
  return (
    <span className={styles.quiet}>
      {parts.length === 0 ? 'address not reported' : `from ${parts.join(', ')}`}
    </span>
  );
}

/** The hint of a key with the end of one of its secrets: `lk_live_datafeed_k7Qd2mX9pR4t_…9f4A`. */
function secretHint(hint: string, last4: string): string {
  return `${hint.slice(0, hint.lastIndexOf('…'))}…${last4}`;
}
