import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { Overlap } from '#contract/overlap.ts';
import { useRotationUsage } from '#renderer/api/traffic-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { useNow } from '#renderer/format/clock.ts';
import { duration } from '#renderer/format/durations.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { MessageContact } from '#renderer/notices/message-contact.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { StatusShape } from '#renderer/ui/status-shape.tsx';
import { CallerList } from './caller-list.tsx';
import styles from './dialogs.module.css';
import { EndOverlapDialog, UndoRotationDialog } from './end-overlap-dialog.tsx';
import { ExtendOverlapDialog } from './extend-overlap-dialog.tsx';
import { MigrationMeter } from './migration-meter.tsx';
import { OverlapDialog } from './overlap-dialog.tsx';
import { endsSoon, messageToContact, splitCallers } from './rotation-words.ts';

const ASK_EVERY_MS = 5_000;
/** The server names at most this many; all of them are shown where there is room. */
const CALLERS_SHOWN_MAX = 50;

type Usage = Output<'usage.rotation'>;

interface RotationBannerProps {
  readonly subject: Key;
  readonly overlap: Overlap;
  /** Room for every caller, not only the first ones. */
  readonly isWide?: boolean;
}

/** A rotation under way: how far callers have moved, who has not, how long they have, and the means to change that. */
export function RotationBanner({ subject, overlap, isWide = false }: RotationBannerProps) {
  const usage = useRotationUsage({ keyId: subject.keyId }, { everyMs: ASK_EVERY_MS, keepsPrevious: true });
  const now = useNow(5_000);
  const isUrgent = endsSoon(subject, overlap, usage.data, now);
  return (
    <section className={classNames(styles.rotation, isUrgent && styles.urgent)} aria-label="Rotation">
      <p className={styles.rotationHead}>
        <StatusShape name="rotating" />
        <span>
          Old secret ends <RelativeTime at={overlap.endsAt} />
        </span>
      </p>
      {isUrgent && (
        <p role="alert" className={styles.final}>
          It ends soon and is still in use. Extend it, or tell the callers below.
        </p>
      )}
      <AsyncRegion
        className={styles.part}
        query={usage}
        isBusy={usage.isLoading}
        subject="The use of the old secret"
      >
        {(loaded) => (
          <>
            <MigrationMeter
              share={loaded.migratedShare}
              currentCount={loaded.currentCount}
              retiringCount={loaded.retiringCount}
            />
            <OldSecretCallers usage={loaded} shownMax={isWide ? CALLERS_SHOWN_MAX : undefined} />
          </>
        )}
      </AsyncRegion>
      <HowItEnds overlap={overlap} />
      <RotationActions subject={subject} overlap={overlap} usage={usage.data} />
    </section>
  );
}

function OldSecretCallers({
  usage,
  shownMax,
}: {
  readonly usage: Usage;
  readonly shownMax?: number | undefined;
}) {
  const { active, silent } = splitCallers(usage);
  const more = shownMax === undefined ? {} : { shownMax };
  const hidden = usage.retiringCallerCount - usage.retiringCallers.length;
  return (
    <>
      {active.length === 0 ? (
        <p>
          {usage.retiringCount > 0
            ? 'Whoever used the old secret in the last hour has come back with the new one.'
            : 'Nobody has used the old secret in the last hour.'}
        </p>
      ) : (
        <>
          <p>Old secret still used by {counted(active.length + hidden, 'caller')}:</p>
          <CallerList
            callers={active}
            total={active.length + hidden}
            label="Callers on the old secret"
            {...more}
          />
        </>
      )}
      {silent.length > 0 && (
        <>
          <p>Used it since the rotation, but not in the last hour:</p>
          <CallerList callers={silent} label="Callers that have gone silent" {...more} />
        </>
      )}
    </>
  );
}

function HowItEnds({ overlap }: { readonly overlap: Overlap }) {
  const { idleEndMs, idleEndsAt, notBefore, brownout, comingBrownouts } = overlap;
  const [next] = comingBrownouts;
  return (
    <ul className={styles.hints}>
      <li>
        Ends <AbsoluteTime at={overlap.endsAt} /> at the latest.
      </li>
      {idleEndMs !== null && (
        <li>
          Ends by itself after {duration(idleEndMs)} without use
          {notBefore !== null && (
            <>
              , not before <AbsoluteTime at={notBefore} />
            </>
          )}
          {idleEndsAt !== null && (
            <>
              : <RelativeTime at={idleEndsAt} /> if nobody calls
            </>
          )}
          .
        </li>
      )}
      {brownout !== null && next !== undefined && (
        <li>
          Brownouts of {duration(brownout.lengthMs)} every {duration(brownout.everyMs)}; next{' '}
          <AbsoluteTime at={next.from} />
          {comingBrownouts.length > 1 && (
            <details>
              <summary>All announced times</summary>
              <ul>
                {comingBrownouts.map(({ from }) => (
                  <li key={from}>
                    <AbsoluteTime at={from} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </li>
      )}
    </ul>
  );
}

interface RotationActionsProps {
  readonly subject: Key;
  readonly overlap: Overlap;
  readonly usage: Usage | undefined;
}

function RotationActions({ subject, overlap, usage }: RotationActionsProps) {
  const forbidden = useForbidden();
  const [open, setOpen] = useState<'extend' | 'end' | 'undo' | 'plan' | null>(null);
  const close = () => setOpen(null);
  const active = usage === undefined ? [] : splitCallers(usage).active;
  return (
    <>
      <div className={styles.row}>
        <Button disabledReason={forbidden('keys.extendOverlap')} onClick={() => setOpen('extend')}>
          Extend…
        </Button>
        <Button disabledReason={forbidden('keys.endOverlap')} onClick={() => setOpen('end')}>
          End now…
        </Button>
        <Button disabledReason={forbidden('keys.undoRotation')} onClick={() => setOpen('undo')}>
          Undo…
        </Button>
        <Button disabledReason={forbidden('keys.updateOverlap')} onClick={() => setOpen('plan')}>
          How it ends…
        </Button>
        <MessageContact
          about={{ applicationId: subject.applicationId, kind: 'rotation_note' }}
          contactEmail={subject.contactEmail}
          words={messageToContact(subject, overlap, active)}
        />
      </div>
      {open === 'extend' && <ExtendOverlapDialog subject={subject} endsAt={overlap.endsAt} onClose={close} />}
      {open === 'end' && <EndOverlapDialog subject={subject} callers={active} onClose={close} />}
      {open === 'undo' && (
        <UndoRotationDialog subject={subject} callers={usage?.currentCallers ?? []} onClose={close} />
      )}
      {open === 'plan' && <OverlapDialog subject={subject} overlap={overlap} onClose={close} />}
    </>
  );
}
