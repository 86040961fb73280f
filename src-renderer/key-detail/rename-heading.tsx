import { Check, Pencil, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { useLabelKey } from '#renderer/api/label-key.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './key-detail.module.css';

/** The key as heading, with its name to be changed in place: Enter keeps, Esc leaves. */
export function RenameHeading({ subject }: { readonly subject: Key }) {
  const [text, setText] = useState<string | null>(null);
  const label = useLabelKey();
  const forbidden = useForbidden()('keys.update');
  const { say } = useToasts();
  const pencil = useRef<HTMLButtonElement>(null);
  const obstacle = subject.status === 'revoked' ? 'The key is revoked.' : forbidden;
  const leave = () => {
    setText(null);
    // The button is there again after the field has gone.
    requestAnimationFrame(() => pencil.current?.focus());
  };
  const keep = () => {
    const name = (text ?? '').trim();
    leave();
    if (name === '' || name === subject.name) return;
    void label(subject.keyId, { name }).then((error) => {
      if (error === null) return;
      say(`${subject.name} keeps its name.`, { tone: 'failure', detail: errorMessageOf(error) });
    });
  };
  if (text !== null) {
    return (
      <form
        className={styles.rename}
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          leave();
        }}
      >
        <TextField
          label="Name of the key"
          hideLabel
          autoFocus
          value={text}
          onChange={setText}
          onFocus={(event) => event.target.select()}
        />
        <IconButton label="Keep name" icon={<Check aria-hidden />} type="submit" />
        <IconButton label="Leave name as it was" icon={<X aria-hidden />} onClick={leave} />
      </form>
    );
  }
  return (
    <span className={styles.rename}>
      <KeyRef
        keyId={subject.keyId}
        name={subject.name}
        environment={subject.environment}
        detail={subject.hint}
        isLarge
      />
      <IconButton
        ref={pencil}
        label="Rename"
        icon={<Pencil aria-hidden />}
        onClick={() => setText(subject.name)}
        disabledReason={obstacle}
      />
    </span>
  );
}
