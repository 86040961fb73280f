import { useState } from 'react';
import type { Handoff } from '#contract/handoffs.ts';
import { useTakeCode } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './handoffs.module.css';
import { Told } from './told.tsx';

/** The words of a link that was made by itself: somebody takes them once and passes them on. */
export function HeldCode({ handoff }: { readonly handoff: Handoff }) {
  const take = useTakeCode();
  const forbidden = useForbidden()('handoffs.takeCode');
  const [code, setCode] = useState<string | null>(null);
  const show = async () => {
    const outcome = await take.run({ handoffId: handoff.id });
    if (outcome.ok) setCode(outcome.data.code);
  };
  if (code !== null) {
    return (
      <Told
        label="Code"
        text={code}
        copyLabel="Copy code"
        help={`For ${handoff.recipientName}, by another way than mail. It is not shown again.`}
      />
    );
  }
  if (!handoff.isCodeHeld) return null;
  return (
    <div className={styles.attention} role="note">
      <p>
        The link is for {handoff.recipientContact}, by mail or from whoever issued it. Its six words wait for
        one of you who passes them on by another way: on the phone, by text message, in person.
      </p>
      <Button isBusy={take.isRunning} disabledReason={forbidden} onClick={() => void show()}>
        Show code once
      </Button>
      <ErrorNote error={take.error} />
    </div>
  );
}
