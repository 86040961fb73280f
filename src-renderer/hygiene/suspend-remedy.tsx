import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { useKeyActions } from '#renderer/keys/use-key-actions.tsx';
import { SuspendDialog } from '#renderer/keys/suspend-dialog.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { refusalMessage } from './sharing-words.ts';
import styles from './sharing.module.css';

/** Police come last: the key is refused, and every refusal says what to do. */
export function SuspendRemedy({ subject }: { readonly subject: Key }) {
  const [isOpen, setOpen] = useState(false);
  const { obstacle, resume } = useKeyActions();
  return (
    <li className={styles.remedy}>
      <h3 className={styles.name}>Stop it, with a word to its callers</h3>
      <p>
        Everybody who uses it is refused until you resume it, and reads whom to ask. For when nobody answers.
      </p>
      <span className={styles.buttons}>
        <Button disabledReason={obstacle('suspend', subject)} onClick={() => setOpen(true)}>
          Suspend with a message…
        </Button>
      </span>
      {isOpen && (
        <SuspendDialog
          subject={subject}
          startReason="Used by several parties"
          startMessage={refusalMessage(subject)}
          onClose={() => setOpen(false)}
          onUndo={resume}
        />
      )}
    </li>
  );
}
