import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { timestampMs, type KeyId, type TimestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import { useKey, useLeaks } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { statusObstacle } from '#renderer/keys/key-words.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { ContainDialog } from './contain-dialog.tsx';
import type { Containment } from './use-contain.ts';
import styles from './leaks.module.css';

/** Said of where it was found, unless somebody knows better. */
const PLACE = 'Not found anywhere: its traffic was unusual';

/** A key that somebody suspects before anybody has found it: who uses it, and what ends it. */
export function ContainKey({ keyId }: { readonly keyId: KeyId }) {
  const query = useKey({ keyId });
  return (
    <section className={styles.results} aria-label="Suspected key">
      <AsyncRegion query={query} subject="The key">
        {(subject) => <Card subject={subject} />}
      </AsyncRegion>
    </section>
  );
}

function Card({ subject }: { readonly subject: Key }) {
  const { keyId, name, environment, status, applicationName, partnerName, contactEmail } = subject;
  const navigate = useNavigate();
  const forbidden = useForbidden();
  const incident = useLeaks({ keyId, isOpen: true }).data?.items[0];
  const [open, setOpen] = useState<{
    readonly containment: Containment;
    readonly foundAt: TimestampMs;
  } | null>(null);
  const ask = (containment: Containment) => setOpen({ containment, foundAt: timestampMs.parse(nowMs()) });
  return (
    <div className={styles.card}>
      <div className={styles.cardHead}>
        <Link to="/keys/$keyId" params={{ keyId }} className={styles.plainLink}>
          <KeyRef keyId={keyId} name={name} environment={environment} />
        </Link>
        <StatusChip status={status} />
      </div>
      <p>
        Who calls with it, and from where, is in{' '}
        <Link to="/requests" search={{ key: keyId, range: '1h' }}>
          its requests of the last hour
        </Link>
        . Suspend it if in doubt: that can be taken back.
      </p>
      <p className={styles.quiet}>{`${applicationName} of ${partnerName}, ${contactEmail}.`}</p>
      <div className={styles.buttons}>
        {incident !== undefined && (
          <Link to="/leaks/$leakId" params={{ leakId: incident.id }} className="button-link">
            Open incident
          </Link>
        )}
        <Button
          variant="danger"
          disabledReason={forbidden('keys.revoke') ?? statusObstacle('revoke', subject)}
          onClick={() => ask('revoke')}
        >
          Revoke as leaked…
        </Button>
        <Button
          disabledReason={forbidden('keys.suspend') ?? statusObstacle('suspend', subject)}
          onClick={() => ask('suspend')}
        >
          Suspend…
        </Button>
      </div>
      {open !== null && (
        <ContainDialog
          {...open}
          match={{ ...subject, secretVersion: null }}
          place={PLACE}
          onClose={() => setOpen(null)}
          onDone={(leakId) => {
            setOpen(null);
            if (leakId !== null) void navigate({ to: '/leaks/$leakId', params: { leakId } });
          }}
        />
      )}
    </div>
  );
}
