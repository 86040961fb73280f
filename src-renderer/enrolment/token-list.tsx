import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { EnrolmentToken } from '#contract/enrolment.ts';
import type { Key } from '#contract/keys.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import { useEnrolmentTokens, useSettings } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { duration } from '#renderer/format/durations.ts';
import { count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { TokenDialog } from '#renderer/services/token-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { CreateEnrolmentToken } from './create-enrolment-token.tsx';
import { tokenObstacle } from './enrolment-words.ts';
import styles from './enrolment.module.css';
import { RevokeEnrolmentToken } from './revoke-enrolment-token.tsx';

/** The enrolment tokens of a key: make one, see it once, revoke it. */
export function TokenList({ subject }: { readonly subject: Key }) {
  const query = useEnrolmentTokens({ keyId: subject.keyId });
  const settings = useSettings();
  const forbidden = useForbidden()('enrolment.createToken');
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<Output<'enrolment.createToken'> | null>(null);
  const [revoking, setRevoking] = useState<EnrolmentToken | null>(null);
  return (
    <section className={styles.block} aria-label="Enrolment tokens">
      <div className={styles.head}>
        <h2>Enrolment tokens</h2>
        <Button
          className={styles.push}
          icon={<Plus aria-hidden />}
          disabledReason={forbidden ?? tokenObstacle(subject)}
          onClick={() => setCreating(true)}
        >
          New enrolment token
        </Button>
      </div>
      <p className={styles.quiet}>
        A build system or a device fetches short-lived keys with it. Each may at most what this key may,
        shares its limits, and ends with it.
      </p>
      <AsyncRegion
        query={query}
        subject="The enrolment tokens"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="No enrolment tokens yet">
            With one, <code>latchkey mint</code> gives every build a key of its own.
          </EmptyState>
        }
      >
        {(data) => (
          <div className={styles.scroll} tabIndex={0} role="region" aria-label="Table of enrolment tokens">
            <TokenTable items={data.items} onRevoke={setRevoking} />
          </div>
        )}
      </AsyncRegion>
      {isCreating && (
        <CreateEnrolmentToken
          subject={subject}
          onClose={() => setCreating(false)}
          onCreated={(result) => {
            setCreating(false);
            setCreated(result);
          }}
        />
      )}
      {created !== null && created.token !== null && (
        <TokenDialog
          title={`Enrolment token ${created.enrolmentToken.name}`}
          description="It is shown this once and kept only as a hash. Put it among the secrets of the build system now."
          token={created.token}
          variable="LATCHKEY_ENROLMENT_TOKEN"
          clearAfterMs={(settings.data ?? DEFAULT_SETTINGS).clipboardClearSeconds * 1_000}
          onDone={() => setCreated(null)}
        />
      )}
      {revoking !== null && <RevokeEnrolmentToken token={revoking} onClose={() => setRevoking(null)} />}
    </section>
  );
}

const STATUS = {
  active: { word: 'Active', tone: 'ok' },
  expired: { word: 'Expired', tone: 'plain' },
  revoked: { word: 'Revoked', tone: 'danger' },
} as const;

interface TokenTableProps {
  readonly items: readonly EnrolmentToken[];
  readonly onRevoke: (token: EnrolmentToken) => void;
}

function TokenTable({ items, onRevoke }: TokenTableProps) {
  const forbidden = useForbidden()('enrolment.revokeToken');
  return (
    <PlainTable
      label="Enrolment tokens"
      rows={items}
      rowKey={(token) => token.id}
      columns={[
        { header: 'Name', cell: (token) => token.name },
        { header: 'Token', cell: (token) => <code>{token.hint}</code> },
        {
          header: 'State',
          cell: ({ status }) => <Chip tone={STATUS[status].tone}>{STATUS[status].word}</Chip>,
        },
        {
          header: 'Live keys',
          align: 'end',
          cell: (token) => `${count(token.liveCount)} of ${count(token.childrenMax)}`,
        },
        { header: 'Made', align: 'end', cell: (token) => count(token.mintedCount) },
        { header: 'Asks for', cell: ({ needsContact }) => (needsContact ? 'name and address' : '') },
        { header: 'Key lives', cell: (token) => duration(token.childLifeMsMax) },
        {
          header: 'Last used',
          cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <RelativeTime at={lastUsedAt} />),
        },
        { header: 'Ends', cell: (token) => <RelativeTime at={token.revokedAt ?? token.expiresAt} /> },
        {
          header: 'Actions',
          hidesHeader: true,
          align: 'end',
          cell: (token) =>
            (token.status === 'active' || token.liveCount > 0) && (
              <Button
                variant="quiet"
                aria-label={`Revoke ${token.name}`}
                disabledReason={forbidden}
                onClick={() => onRevoke(token)}
              >
                Revoke…
              </Button>
            ),
        },
      ]}
    />
  );
}
