import { useBlocker } from '@tanstack/react-router';
import { Eye, EyeOff, Send } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useSettings } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { CopySecret } from './copy-secret.tsx';
import styles from './dialogs.module.css';
import { PairOfKey } from './pair-of-key.tsx';
import { SubjectRef } from './subject-ref.tsx';
import { maskedSecret } from './secret-text.ts';
import { Snippets } from './snippets.tsx';
import { TestKey } from './test-key.tsx';

interface RevealDialogProps {
  readonly subject: Key;
  /** The whole key string. Held by the caller's state until `onDone`. */
  readonly secret: string;
  readonly occasion: 'created' | 'rotated';
  /** The secret may be forgotten: drop it. */
  readonly onDone: () => void;
}

/** Shows a new secret once. Nothing but Done, or a second question, closes it. */
export function RevealDialog({ subject, secret, occasion, onDone }: RevealDialogProps) {
  const desktop = useDesktop();
  const settings = useSettings();
  const clearAfterMs = (settings.data?.clipboardClearSeconds ?? 45) * 1_000;
  const [isStored, setStored] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const ask = () => {
    setAsking(true);
    return true;
  };
  // Back, forward and links wait for an answer; reloading and closing the window get the browser's own question.
  useBlocker({ shouldBlockFn: ask, enableBeforeUnload: true });
  useEffect(() => {
    if (settings.data?.screenshotProtection === false) return;
    desktop.protectScreen(true);
    return () => desktop.protectScreen(false);
  }, [desktop, settings.data?.screenshotProtection]);

  return (
    <>
      <Dialog
        isOpen
        isDismissible={false}
        onClose={() => setAsking(true)}
        title={occasion === 'created' ? 'Key created' : 'New secret'}
        description={<SubjectRef subject={subject} />}
        footer={
          <>
            <Button variant="quiet" onClick={() => setAsking(true)}>
              Close without storing…
            </Button>
            <Button
              variant="primary"
              onClick={onDone}
              disabledReason={isStored ? undefined : 'Store the key first, then tick the box.'}
            >
              Done
            </Button>
          </>
        }
      >
        <p>This is the only time the whole key is shown. Latchkey keeps no copy that could be read.</p>
        <SecretField secret={secret} clearAfterMs={clearAfterMs} />
        <TestKey subject={subject} />
        <Snippets subject={subject} />
        <PairOfKey subject={subject} secret={secret} clearAfterMs={clearAfterMs} />
        <Disclosure label="Into a secret manager" isInUse={false}>
          <Suspense>
            <SecretManagerForm {...{ subject, secret, occasion, clearAfterMs }} />
          </Suspense>
        </Disclosure>
        <HandOff subject={subject} secret={secret} onHanded={() => setStored(true)} />
        <Checkbox
          label="I have stored this key or handed it over"
          isChecked={isStored}
          onChange={setStored}
        />
      </Dialog>
      <AlertDialog
        isOpen={isAsking}
        onCancel={() => setAsking(false)}
        onConfirm={onDone}
        title="Close without storing the key?"
        description="It cannot be shown again. To get a usable secret you would have to rotate the key."
        cancelLabel="Back to the key"
        confirmLabel="Close anyway"
        tone="danger"
      />
    </>
  );
}

// Loaded when somebody hands off: most keys are copied.
const HandOffDialog = lazy(() =>
  import('#renderer/handoffs/hand-off-dialog.tsx').then((file) => ({ default: file.HandOffDialog })),
);

// Loaded when somebody opens it.
const SecretManagerForm = lazy(() =>
  import('./secret-manager-form.tsx').then((file) => ({ default: file.SecretManagerForm })),
);

interface HandOffProps {
  readonly subject: Key;
  readonly secret: string;
  readonly onHanded: () => void;
}

function HandOff({ subject, secret, onHanded }: HandOffProps) {
  const [isOpen, setOpen] = useState(false);
  const [isHanded, setHanded] = useState(false);
  const forbidden = useForbidden()('handoffs.create');
  return (
    <div className={styles.row}>
      <Button icon={<Send aria-hidden />} disabledReason={forbidden} onClick={() => setOpen(true)}>
        Hand off…
      </Button>
      <span role="status" className={styles.hint}>
        {isHanded && 'It is on its way to its recipient.'}
      </span>
      {isOpen && (
        <Suspense>
          <HandOffDialog
            subject={subject}
            secret={secret}
            onClose={() => setOpen(false)}
            onHanded={() => {
              setHanded(true);
              onHanded();
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

function SecretField({ secret, clearAfterMs }: { readonly secret: string; readonly clearAfterMs: number }) {
  const [isShown, setShown] = useState(false);
  return (
    <>
      <div className={styles.secret}>
        <output className={styles.secretText} aria-label={isShown ? 'The key' : 'The key, hidden'}>
          {isShown ? secret : maskedSecret(secret)}
        </output>
        <Button
          icon={isShown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
          aria-pressed={isShown}
          onClick={() => setShown((before) => !before)}
        >
          {isShown ? 'Hide' : 'Reveal'}
        </Button>
      </div>
      <CopySecret secret={secret} clearAfterMs={clearAfterMs} onRefused={() => setShown(true)} />
    </>
  );
}
