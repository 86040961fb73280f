import { useState } from 'react';
import type { Session } from '#contract/tokens.ts';
import { useEndSession } from '#renderer/api/commands.ts';
import { useSessions } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { browserName } from '#renderer/format/browser-name.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { PairingDialog } from './pairing-dialog.tsx';
import styles from './settings.module.css';

/** Browsers that are signed in now, and the way in for one more. */
export function SessionsBlock() {
  const query = useSessions();
  const forbidden = useForbidden();
  const [isPairing, setPairing] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  return (
    <section className={styles.block}>
      <div className={styles.blockHead}>
        <h2>Signed-in browsers</h2>
        <Button
          className={styles.spacer}
          disabledReason={forbidden('sessions.createPairingLink')}
          onClick={() => setPairing(true)}
        >
          New pairing link…
        </Button>
      </div>
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
      {isPairing && (
        <PairingDialog
          onClose={() => setPairing(false)}
          onMade={(url) => {
            setPairing(false);
            setLink(url);
          }}
        />
      )}
    </section>
  );
}

function SessionTable({ items }: { readonly items: readonly Session[] }) {
  const end = useEndSession();
  const forbidden = useForbidden();
  return (
    <>
      <PlainTable
        label="Signed-in browsers"
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
          { header: 'Signed in as', cell: (session) => session.name },
          { header: 'Role', cell: (session) => <Chip>{session.role}</Chip> },
          { header: 'Since', cell: (session) => <RelativeTime at={session.createdAt} /> },
          { header: 'Last seen', cell: (session) => <RelativeTime at={session.lastSeenAt} /> },
          {
            header: 'Actions',
            hidesHeader: true,
            align: 'end',
            cell: (session) => (
              <Button
                variant="quiet"
                isBusy={end.isRunning}
                disabledReason={forbidden('sessions.end')}
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
