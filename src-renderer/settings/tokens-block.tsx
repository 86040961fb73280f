import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import type { AdminToken, Session } from '#contract/tokens.ts';
import { useRevokeToken } from '#renderer/api/commands.ts';
import { useSessions, useSettings, useTokens } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { TokenDialog } from '#renderer/services/token-dialog.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { CreateTokenDialog } from './create-token-dialog.tsx';
import styles from './settings.module.css';

/** Who has access for longer than one sign-in: people and programs, each with a token and a role. */
export function TokensBlock() {
  const query = useTokens();
  const sessions = useSessions().data?.items ?? [];
  const settings = useSettings();
  const forbidden = useForbidden();
  const [isCreating, setIsCreating] = useState(false);
  const [created, setCreated] = useState<Output<'tokens.create'> | null>(null);
  const [revoking, setRevoking] = useState<AdminToken | null>(null);
  return (
    <section className={styles.block}>
      <div className={styles.blockHead}>
        <h2>Who has access</h2>
        <Button
          variant="primary"
          className={styles.spacer}
          icon={<Plus aria-hidden />}
          disabledReason={forbidden('tokens.create')}
          onClick={() => setIsCreating(true)}
        >
          New admin token
        </Button>
      </div>
      <p className={styles.quiet}>
        A colleague or a program gets an admin token of its own: it signs a browser in, or works from the
        command line, and acts with its role under its name. Revoked, it ends what it signed in.
      </p>
      <AsyncRegion
        query={query}
        subject="The admin tokens"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="No admin tokens yet">The command line and every colleague need one.</EmptyState>
        }
      >
        {(data) => <TokenTable items={data.items} sessions={sessions} onRevoke={setRevoking} />}
      </AsyncRegion>
      {isCreating && (
        <CreateTokenDialog
          onClose={() => setIsCreating(false)}
          onCreated={(result) => {
            setIsCreating(false);
            setCreated(result);
          }}
        />
      )}
      {created !== null && created.token !== null && (
        <TokenDialog
          title={`Admin token ${created.adminToken.name}`}
          description="It is shown this once and kept only as a hash. Give it to who signs in with it, by a safe way."
          token={created.token}
          variable="LATCHKEY_ADMIN_TOKEN"
          clearAfterMs={(settings.data ?? DEFAULT_SETTINGS).clipboardClearSeconds * 1_000}
          onDone={() => setCreated(null)}
        />
      )}
      {revoking !== null && <RevokeToken token={revoking} onClose={() => setRevoking(null)} />}
    </section>
  );
}

interface TokenTableProps {
  readonly items: readonly AdminToken[];
  readonly sessions: readonly Session[];
  readonly onRevoke: (token: AdminToken) => void;
}

function TokenTable(props: TokenTableProps) {
  const forbidden = useForbidden();
  return (
    <PlainTable
      label="Who has access"
      rows={props.items}
      rowKey={(token) => token.id}
      columns={[
        { header: 'Name', cell: (token) => token.name },
        { header: 'Role', cell: (token) => <Chip>{token.role}</Chip> },
        { header: 'Token', cell: (token) => <span className={styles.mono}>{token.hint}</span> },
        { header: 'Signed in', cell: (token) => <SignedIn token={token} sessions={props.sessions} /> },
        { header: 'Made', cell: (token) => <RelativeTime at={token.createdAt} /> },
        {
          header: 'Ends',
          cell: (token) => (token.expiresAt === null ? 'never' : <AbsoluteTime at={token.expiresAt} />),
        },
        {
          header: 'Actions',
          hidesHeader: true,
          align: 'end',
          cell: (token) =>
            token.revokedAt === null ? (
              <Button
                variant="quiet"
                aria-label={`Revoke… ${token.name}`}
                disabledReason={forbidden('tokens.revoke')}
                onClick={() => props.onRevoke(token)}
              >
                Revoke…
              </Button>
            ) : (
              'Revoked'
            ),
        },
      ]}
    />
  );
}

/** The last sign of a browser that the token signed in. The command line leaves none but the audit trail. */
function SignedIn({
  token,
  sessions,
}: {
  readonly token: AdminToken;
  readonly sessions: readonly Session[];
}) {
  const seenAt = Math.max(
    ...sessions.filter(({ tokenId }) => tokenId === token.id).map((own) => own.lastSeenAt),
  );
  if (!Number.isFinite(seenAt)) return 'in no browser';
  return (
    <>
      seen <RelativeTime at={seenAt} />
    </>
  );
}

function RevokeToken({ token, onClose }: { readonly token: AdminToken; readonly onClose: () => void }) {
  const revoke = useRevokeToken();
  const { say } = useToasts();
  const confirm = async () => {
    const outcome = await revoke.run({ tokenId: token.id });
    if (!outcome.ok) return;
    say(`${token.name} revoked`);
    onClose();
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={revoke.isRunning}
      tone="danger"
      title={`Revoke ${token.name}?`}
      description="What uses this token is refused from the next call on. This cannot be undone."
      confirmLabel="Revoke token"
    >
      <ErrorNote error={revoke.error} />
    </AlertDialog>
  );
}
