import { Link } from '@tanstack/react-router';
import type { Handoff, HandoffWithTimeline } from '#contract/handoffs.ts';
import { useSettleHandoff } from '#renderer/api/commands.ts';
import { useHandoff } from '#renderer/api/handoff-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Fact, Facts, Inspector } from '#renderer/ui/inspector.tsx';
import { ErrorNote, SkeletonLines } from '#renderer/ui/states.tsx';
import { HandoffStateChip } from './handoff-columns.tsx';
import { HeldCode } from './held-code.tsx';
import { HandoffTimeline } from './handoff-timeline.tsx';
import {
  ATTENTION_WORDS,
  CHANNEL_WORDS,
  resendObstacle,
  STATE_WORDS,
  WITHDRAWN_SECRET_SENTENCE,
  withdrawObstacle,
} from './handoff-words.ts';
import styles from './handoffs.module.css';
import type { HandoffTask } from './use-handoff-tasks.tsx';

interface HandoffInspectorProps {
  readonly handoff: Handoff;
  readonly onClose: () => void;
  readonly onTask: (task: HandoffTask, handoff: Handoff) => void;
  readonly onShow: (id: Handoff['id']) => void;
}

/** One handoff: how far it is, what happened, and what can be done. */
export function HandoffInspector({ handoff, onClose, onTask, onShow }: HandoffInspectorProps) {
  const query = useHandoff({ handoffId: handoff.id });
  const shown = query.data ?? handoff;
  return (
    <Inspector
      label={`Handoff to ${shown.recipientName}`}
      heading={
        <>
          <h2>{shown.recipientName}</h2>
          <HandoffStateChip handoff={shown} />
        </>
      }
      onClose={onClose}
      actions={<Actions handoff={shown} onTask={onTask} />}
    >
      <AsyncRegion query={query} subject="The handoff" skeleton={<SkeletonLines lines={8} />}>
        {(whole) => <Detail handoff={whole} onShow={onShow} />}
      </AsyncRegion>
    </Inspector>
  );
}

function Actions({ handoff, onTask }: Pick<HandoffInspectorProps, 'handoff' | 'onTask'>) {
  const forbidden = useForbidden();
  const rotateObstacle =
    handoff.state === 'expired' || handoff.state === 'withdrawn' || handoff.state === 'locked_out'
      ? 'Nobody received the secret. Send it again instead.'
      : forbidden('handoffs.withdrawAndRotate');
  return (
    <>
      <Button
        onClick={() => onTask('resend', handoff)}
        disabledReason={resendObstacle(handoff) ?? forbidden('handoffs.resend')}
      >
        Send again…
      </Button>
      <Button
        onClick={() => onTask('withdraw', handoff)}
        disabledReason={withdrawObstacle(handoff) ?? forbidden('handoffs.withdraw')}
      >
        Withdraw…
      </Button>
      <Button variant="danger" onClick={() => onTask('rotate', handoff)} disabledReason={rotateObstacle}>
        Withdraw and rotate…
      </Button>
    </>
  );
}

interface DetailProps {
  readonly handoff: HandoffWithTimeline;
  readonly onShow: (id: Handoff['id']) => void;
}

function Detail({ handoff, onShow }: DetailProps) {
  const { replacedBy } = handoff;
  return (
    <div className={styles.detail}>
      <p>{STATE_WORDS[handoff.state].sentence}</p>
      <Attention handoff={handoff} />
      <HeldCode handoff={handoff} />
      <Facts>
        <Fact name="Key">
          <Link to="/keys/$keyId" params={{ keyId: handoff.keyId }} search={{ tab: 'handoffs' }}>
            {handoff.keyName}
          </Link>
        </Fact>
        <Fact name="Secret">
          {handoff.secretVersion}
          {handoff.isBlind && ', seen by nobody here'}
        </Fact>
        <Fact name="Channel">{CHANNEL_WORDS[handoff.channel]}</Fact>
        {handoff.recipientContact !== '' && <Fact name="Contact">{handoff.recipientContact}</Fact>}
        {handoff.expiresAt !== null && (
          <Fact name="Expires">
            <AbsoluteTime at={handoff.expiresAt} />
          </Fact>
        )}
        {handoff.channel === 'link' && (
          <Fact name="If nobody comes">
            {handoff.onExpiry === 'keep' ? 'Ask us' : 'Take the secret out of use and ask us'}
          </Fact>
        )}
        {handoff.wrongCodes > 0 && <Fact name="Wrong codes">{handoff.wrongCodes} of 5</Fact>}
        {handoff.message !== '' && <Fact name="Words on the page">{handoff.message}</Fact>}
        {handoff.note !== '' && <Fact name="Note">{handoff.note}</Fact>}
        {replacedBy !== null && (
          <Fact name="Replaced by">
            <Button variant="quiet" onClick={() => onShow(replacedBy)}>
              Show the newer one
            </Button>
          </Fact>
        )}
      </Facts>
      <section className={styles.stack} aria-label="What happened">
        <h3>What happened</h3>
        <HandoffTimeline events={handoff.timeline} />
      </section>
    </div>
  );
}

function Attention({ handoff }: { readonly handoff: HandoffWithTimeline }) {
  const settle = useSettleHandoff();
  const forbidden = useForbidden();
  if (handoff.attention === null) return null;
  const isSecretWithdrawn = handoff.timeline.some(({ kind }) => kind === 'secret_withdrawn');
  return (
    <div className={styles.attention} role="note">
      <p>{ATTENTION_WORDS[handoff.attention].sentence}</p>
      {isSecretWithdrawn && <p>{WITHDRAWN_SECRET_SENTENCE}</p>}
      <Button
        isBusy={settle.isRunning}
        disabledReason={forbidden('handoffs.settle')}
        onClick={() => void settle.run({ handoffId: handoff.id })}
      >
        Settled
      </Button>
      <ErrorNote error={settle.error} />
    </div>
  );
}
