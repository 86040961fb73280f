import { useState } from 'react';
import { OVERLAP_MS_MAX, type KeySummary } from '#contract/keys.ts';
import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import { useEndOverlap, useExtendOverlap } from '#renderer/api/commands.ts';
import { useKey, useRotationUsage } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { duration } from '#renderer/format/durations.ts';
import { counted, percent } from '#renderer/format/numbers.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { StatusShape } from '#renderer/ui/status-shape.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { CallerList } from './caller-list.tsx';
import styles from './dialogs.module.css';

const ASK_EVERY_MS = 5_000;

interface RotationBannerProps {
  readonly subject: KeySummary;
  readonly overlapEndsAt: TimestampMs;
}

/** A rotation under way: how far callers have moved, who has not, how long they have, and the means to change that. */
export function RotationBanner({ subject, overlapEndsAt }: RotationBannerProps) {
  const usage = useRotationUsage({ keyId: subject.keyId }, { everyMs: ASK_EVERY_MS });
  const forbidden = useForbidden();
  const [open, setOpen] = useState<'extend' | 'end' | null>(null);
  const close = () => setOpen(null);
  return (
    <section className={styles.rotation} aria-label="Rotation">
      <p className={styles.rotationHead}>
        <StatusShape name="rotating" />
        <span>
          Old secret ends <RelativeTime at={overlapEndsAt} />
        </span>
      </p>
      <AsyncRegion className={styles.part} query={usage} subject="The use of the old secret">
        {({ migratedShare, retiringCallers }) => (
          <>
            <MigrationMeter share={migratedShare} />
            {retiringCallers.length === 0 ? (
              <p>Nobody has used the old secret in this time.</p>
            ) : (
              <>
                <p>Old secret still used by {counted(retiringCallers.length, 'caller')}:</p>
                <CallerList callers={retiringCallers} />
              </>
            )}
          </>
        )}
      </AsyncRegion>
      <p className={styles.hint}>
        Ends <AbsoluteTime at={overlapEndsAt} />
      </p>
      <div className={styles.row}>
        <Button disabledReason={forbidden('keys.extendOverlap')} onClick={() => setOpen('extend')}>
          Extend…
        </Button>
        <Button disabledReason={forbidden('keys.endOverlap')} onClick={() => setOpen('end')}>
          End now…
        </Button>
      </div>
      {open === 'extend' && <ExtendDialog subject={subject} endsAt={overlapEndsAt} onClose={close} />}
      {open === 'end' && (
        <EndOverlapDialog
          subject={subject}
          callerCount={usage.data?.retiringCallers.length ?? 0}
          onClose={close}
        />
      )}
    </section>
  );
}

/** Share of the traffic that is on the new secret. */
function MigrationMeter({ share }: { readonly share: number | null }) {
  if (share === null) return <p>No requests since the rotation.</p>;
  return (
    <>
      <div
        className={styles.meter}
        role="meter"
        aria-label="Requests on the new secret"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={`${percent(share)} of requests use the new secret`}
      >
        <span className={styles.meterFill} style={{ inlineSize: `${String(share * 100)}%` }} />
      </div>
      <p>{percent(share)} of requests are on the new secret (last hour at most)</p>
    </>
  );
}

interface OverlapDialogProps {
  readonly subject: KeySummary;
  readonly onClose: () => void;
}

function EndOverlapDialog({
  subject,
  callerCount,
  onClose,
}: OverlapDialogProps & { readonly callerCount: number }) {
  const end = useEndOverlap();
  const { say } = useToasts();
  const submit = async () => {
    const startedAt = nowMs();
    const outcome = await end.run({ keyId: subject.keyId });
    if (!outcome.ok) return;
    onClose();
    say(`The old secret of ${subject.name} has ended.`, {
      detail: `Refused after ${duration(nowMs() - startedAt)}.`,
    });
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void submit()}
      title="End the old secret now?"
      description={
        callerCount === 0
          ? 'Nobody uses it at the moment. It cannot be brought back.'
          : `${counted(callerCount, 'caller')} still ${callerCount === 1 ? 'uses' : 'use'} it and will be refused at the very next request. It cannot be brought back.`
      }
      confirmLabel="End old secret"
      tone="danger"
      isBusy={end.isRunning}
    >
      <ErrorNote error={end.error} />
    </AlertDialog>
  );
}

function ExtendDialog({ subject, endsAt, onClose }: OverlapDialogProps & { readonly endsAt: TimestampMs }) {
  const extend = useExtendOverlap();
  const key = useKey({ keyId: subject.keyId });
  const { say } = useToasts();
  const rotatedAt = key.data?.secrets.find((secret) => secret.state === 'current')?.createdAt ?? nowMs();
  const latestMs = rotatedAt + OVERLAP_MS_MAX;
  const [text, setText] = useState(() => toLocalInput(endsAt));
  const chosenMs = fromLocalInput(text);
  const problem =
    chosenMs === null || chosenMs <= nowMs()
      ? 'Choose a moment in the future.'
      : chosenMs > latestMs
        ? 'At most 30 days after the rotation.'
        : undefined;
  const submit = async () => {
    if (chosenMs === null || problem !== undefined) return;
    const outcome = await extend.run({ keyId: subject.keyId, endsAt: timestampMs.parse(chosenMs) });
    if (!outcome.ok) return;
    onClose();
    say(`The old secret of ${subject.name} stays valid longer.`);
  };
  return (
    <Dialog
      isOpen
      size="small"
      onClose={onClose}
      title="Change the end of the overlap"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isBusy={extend.isRunning}
            disabledReason={problem}
            onClick={() => void submit()}
          >
            Extend overlap
          </Button>
        </>
      }
    >
      <TextField
        label="The old secret ends"
        type="datetime-local"
        help="In your local time; at most 30 days after the rotation."
        value={text}
        onChange={setText}
        min={toLocalInput(nowMs())}
        max={toLocalInput(latestMs)}
        error={problem ?? extend.error?.field('endsAt')}
      />
      <ErrorNote error={extend.error} />
    </Dialog>
  );
}
