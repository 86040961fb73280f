import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import type { AdminToken, Session } from '#contract/tokens.ts';
import { useCreatePairingLink, useEndSession, useRevokeToken } from '#renderer/api/commands.ts';
import { useSessions, useSettings, useTokens, useWhoami } from '#renderer/api/queries.ts';
import { browserName } from '#renderer/format/browser-name.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { TokenDialog } from '#renderer/services/token-dialog.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { CreateTokenDialog } from './create-token-dialog.tsx';
import styles from './settings.module.css';

/** Who may administer: tokens for automation, signed-in browsers. */
export function AccessSection() {
  const whoami = useWhoami();
  return (
    <>
      <Tokens />
      {whoami.data?.host === 'headless' && <Sessions />}
    </>
  );
}

function Tokens() {
  const query = useTokens();
  const settings = useSettings();
  const [isCreating, setIsCreating] = useState(false);
  const [created, setCreated] = useState<Output<'tokens.create'> | null>(null);
  const [revoking, setRevoking] = useState<AdminToken | null>(null);
  return (
    <section className={styles.block}>
      <div className={styles.blockHead}>
        <h2>Admin tokens</h2>
        <Button
          variant="primary"
          className={styles.spacer}
          icon={<Plus aria-hidden />}
          onClick={() => setIsCreating(true)}
        >
          New admin token
        </Button>
      </div>
      <p className={styles.quiet}>For the command line and for automation. Each acts with its role.</p>
      <AsyncRegion
        query={query}
        subject="The admin tokens"
        isEmpty={(data) => data.items.length === 0}
        empty={<EmptyState title="No admin tokens yet">The command line needs one.</EmptyState>}
      >
        {(data) => <TokenTable items={data.items} onRevoke={setRevoking} />}
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

function TokenTable(props: { items: readonly AdminToken[]; onRevoke: (token: AdminToken) => void }) {
  return (
    <PlainTable
      rows={props.items}
      rowKey={(token) => token.id}
      columns={[
        { header: 'Name', cell: (token) => token.name },
        { header: 'Role', cell: (token) => <Chip>{token.role}</Chip> },
        { header: 'Token', cell: (token) => <span className={styles.mono}>{token.hint}</span> },
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
                aria-label={`Revoke ${token.name}`}
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

function Sessions() {
  const query = useSessions();
  const pair = useCreatePairingLink();
  const [link, setLink] = useState<string | null>(null);
  const make = async () => {
    const outcome = await pair.run({});
    if (outcome.ok) setLink(outcome.data.url);
  };
  return (
    <section className={styles.block}>
      <div className={styles.blockHead}>
        <h2>Signed-in browsers</h2>
        <Button className={styles.spacer} isBusy={pair.isRunning} onClick={() => void make()}>
          New pairing link
        </Button>
      </div>
      <ErrorNote error={pair.error} />
      {link !== null && (
        <div role="status" className={styles.form}>
          <p>Signs in one browser, once, within a minute:</p>
          <CodeBlock label="pairing link" code={link} />
        </div>
      )}
      <AsyncRegion
        query={query}
        subject="The sessions"
        isEmpty={(data) => data.items.length === 0}
        empty={<EmptyState title="No browser is signed in" />}
      >
        {(data) => <SessionTable items={data.items} />}
      </AsyncRegion>
    </section>
  );
}

function SessionTable({ items }: { readonly items: readonly Session[] }) {
  const end = useEndSession();
  return (
    <>
      <PlainTable
        rows={items}
        rowKey={(session) => session.id}
        columns={[
          {
            header: 'Browser',
            cell: (session) => (
              <>
                <span title={session.userAgent}>{browserName(session.userAgent)}</span>{' '}
                {session.isCurrent && <Chip tone="info">This browser</Chip>}
              </>
            ),
          },
          { header: 'Role', cell: (session) => <Chip>{session.role}</Chip> },
          { header: 'Last seen', cell: (session) => <RelativeTime at={session.lastSeenAt} /> },
          {
            header: 'Actions',
            hidesHeader: true,
            align: 'end',
            cell: (session) => (
              <Button
                variant="quiet"
                isBusy={end.isRunning}
                onClick={() => void end.run({ sessionId: session.id })}
              >
                {session.isCurrent ? 'Sign out' : 'End session'}
              </Button>
            ),
          },
        ]}
      />
      <ErrorNote error={end.error} />
    </>
  );
}
