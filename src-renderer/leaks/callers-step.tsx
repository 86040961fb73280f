import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import type { LeakTraffic, LeakWithTraffic } from '#contract/leaks.ts';
import { useUpdateKey } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { BlockSourcesDialog } from '#renderer/blocked-sources/block-sources-dialog.tsx';
import { count, counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Code } from '#renderer/ui/code.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { knownAddresses, newAddresses } from './known-addresses.ts';
import { Step } from './step.tsx';
import styles from './leaks.module.css';

type LeakCaller = LeakTraffic['callers'][number];

const COLUMNS: readonly PlainColumn<LeakCaller>[] = [
  { header: 'Address', cell: ({ clientIp }) => (clientIp === null ? 'not told' : <Code>{clientIp}</Code>) },
  {
    header: 'Before the leak',
    cell: ({ isKnown }) => (isKnown ? 'Known' : <Chip tone="warn">New</Chip>),
  },
  { header: 'Program', cell: ({ userAgent }) => userAgent ?? 'not told' },
  { header: 'Requests', align: 'end', cell: (caller) => count(caller.count) },
  { header: 'Last', cell: ({ lastAt }) => <RelativeTime at={lastAt} /> },
];

interface CallersStepProps {
  readonly leak: LeakWithTraffic;
  readonly subject: Key | undefined;
}

/** Who called since it was found, and who of them never did before. A key that lives on can be bound to those that did. */
export function CallersStep({ leak, subject }: CallersStepProps) {
  const callers = leak.traffic?.callers ?? [];
  const newCount = callers.filter(({ isKnown }) => !isKnown).length;
  return (
    <Step title="Block sources" done={null}>
      {callers.length === 0 ? (
        <p>Nobody called since it was found.</p>
      ) : (
        <>
          <p>
            {`${counted(callers.length, 'caller')} since it was found, `}
            <strong>{`${counted(newCount, 'new one')}`}</strong> that never called in the 30 days before.
          </p>
          <PlainTable
            label="Callers since the leak"
            rows={callers}
            rowKey={({ clientIp, userAgent }) => `${clientIp ?? ''} ${userAgent ?? ''}`}
            columns={COLUMNS}
          />
        </>
      )}
      <BlockNew leak={leak} callers={callers} />
      {subject !== undefined && subject.status !== 'revoked' ? (
        <BindToKnown callers={callers} subject={subject} />
      ) : (
        <p className={styles.quiet}>
          A revoked key is refused from everywhere. The new addresses can be blocked for every other key, too.
          Its replacement can be bound to the known addresses.
        </p>
      )}
    </Step>
  );
}

function BlockNew({
  leak,
  callers,
}: {
  readonly leak: LeakWithTraffic;
  readonly callers: readonly LeakCaller[];
}) {
  const [isOpen, setOpen] = useState(false);
  const forbidden = useForbidden()('blockedSources.add');
  const fresh = newAddresses(callers);
  return (
    <>
      <div className={styles.buttons}>
        <Button
          disabledReason={forbidden ?? (fresh.length === 0 ? 'No new address has called.' : undefined)}
          onClick={() => setOpen(true)}
        >
          Block the new addresses…
        </Button>
      </div>
      {isOpen && (
        <BlockSourcesDialog
          networks={fresh}
          reason={`Used the leaked key ${leak.keyName}`}
          leak={leak}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function BindToKnown({
  callers,
  subject,
}: {
  readonly callers: readonly LeakCaller[];
  readonly subject: Key;
}) {
  const forbidden = useForbidden()('keys.update');
  const update = useUpdateKey();
  const { say } = useToasts();
  const known = knownAddresses(callers);
  const obstacle =
    forbidden ??
    (subject.ipAllow.length > 0 ? 'The key is bound to addresses already.' : undefined) ??
    (known.length === 0 ? 'None of the addresses called before.' : undefined);
  const bind = async () => {
    const outcome = await update.run({ keyId: subject.keyId, ipAllow: [...known] });
    if (outcome.ok) say(`${subject.name} works only from ${known.join(', ')} now.`);
  };
  return (
    <>
      <div className={styles.buttons}>
        <Button isBusy={update.isRunning} disabledReason={obstacle} onClick={() => void bind()}>
          Allow the known addresses only
        </Button>
      </div>
      <ErrorNote error={update.error} />
    </>
  );
}
