import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import type { Leak } from '#contract/leaks.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { duration } from '#renderer/format/durations.ts';
import { HandOffDialog } from '#renderer/handoffs/hand-off-dialog.tsx';
import { EnforcementNote } from '#renderer/keys/enforcement-note.tsx';
import { statusObstacle } from '#renderer/keys/key-words.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ContainDialog } from './contain-dialog.tsx';
import { CONTAINED_WORDS } from './leak-words.ts';
import { Step } from './step.tsx';
import type { Containment } from './use-contain.ts';
import styles from './leaks.module.css';

interface ContainStepProps {
  readonly leak: Leak;
  readonly subject: Key | undefined;
}

/** Makes what was found useless, or says when and how that happened. */
export function ContainStep({ leak, subject }: ContainStepProps) {
  const forbidden = useForbidden();
  const [open, setOpen] = useState<Containment | 'rotate' | null>(null);
  const { containedAt, containedBy } = leak;
  const isContained = containedBy !== null;
  return (
    <Step title="Contain" done={isContained ? 'Contained' : null} isUrgent>
      {isContained ? (
        <>
          <p>
            {CONTAINED_WORDS[containedBy]}
            {containedAt !== null && (
              <>
                {' '}
                <AbsoluteTime at={containedAt} />
                {containedAt >= leak.foundAt
                  ? `, ${duration(containedAt - leak.foundAt)} after it was found`
                  : ', before it was found'}
              </>
            )}
            .
          </p>
          {subject !== undefined && <EnforcementNote keyId={leak.keyId} />}
        </>
      ) : (
        <p>Whoever has read it can use it.</p>
      )}
      {subject !== undefined && containedBy !== 'revoked' && leak.closedAt === null && (
        <div className={styles.buttons}>
          <Button
            variant="danger"
            disabledReason={forbidden('keys.revoke') ?? statusObstacle('revoke', subject)}
            onClick={() => setOpen('revoke')}
          >
            Revoke as leaked…
          </Button>
          {!isContained && (
            <>
              <Button
                disabledReason={forbidden('keys.suspend') ?? statusObstacle('suspend', subject)}
                onClick={() => setOpen('suspend')}
              >
                Suspend…
              </Button>
              <Button
                disabledReason={forbidden('keys.rotate') ?? statusObstacle('rotate', subject)}
                onClick={() => setOpen('rotate')}
              >
                New secret by handoff…
              </Button>
            </>
          )}
        </div>
      )}
      {subject !== undefined && open === 'rotate' && (
        <HandOffDialog subject={subject} secret={null} onClose={() => setOpen(null)} />
      )}
      {subject !== undefined && open !== null && open !== 'rotate' && (
        <ContainDialog
          containment={open}
          match={{ ...subject, secretVersion: leak.secretVersion }}
          place={leak.place}
          foundAt={leak.foundAt}
          onClose={() => setOpen(null)}
          onDone={() => setOpen(null)}
        />
      )}
    </Step>
  );
}
