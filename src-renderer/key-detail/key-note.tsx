import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { useLabelKey } from '#renderer/api/label-key.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { Button } from '#renderer/ui/button.tsx';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './key-detail.module.css';

/** What people wrote about a key, to be changed in place. */
export function KeyNote({ subject }: { readonly subject: Key }) {
  const [text, setText] = useState<string | null>(null);
  const label = useLabelKey();
  const forbidden = useForbidden()('keys.update');
  const { say } = useToasts();
  const keep = () => {
    const note = (text ?? '').trim();
    setText(null);
    if (note === subject.note) return;
    void label(subject.keyId, { note }).then((error) => {
      if (error === null) return;
      say(`${subject.name} keeps its note.`, { tone: 'failure', detail: errorMessageOf(error) });
    });
  };
  return (
    <section className={styles.noteBar} aria-label="Note">
      {text === null ? (
        <>
          <p className={subject.note === '' ? styles.quiet : styles.note}>
            {subject.note === '' ? 'No note.' : subject.note}
          </p>
          <Button
            disabledReason={subject.status === 'revoked' ? 'The key is revoked.' : forbidden}
            onClick={() => setText(subject.note)}
          >
            {subject.note === '' ? 'Add note' : 'Edit note'}
          </Button>
        </>
      ) : (
        <form
          className={styles.noteForm}
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <TextArea label="Note of the key" hideLabel autoFocus rows={3} value={text} onChange={setText} />
          <Button type="submit" variant="primary">
            Save note
          </Button>
          <Button onClick={() => setText(null)}>Cancel</Button>
        </form>
      )}
    </section>
  );
}
