import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { Select } from '#renderer/ui/select.tsx';
import styles from './dialogs.module.css';
import { snippet, SNIPPET_KINDS, variableName, type SnippetKind } from './secret-text.ts';

/** How a program sends this key, with the key in an environment variable. */
export function Snippets({ subject }: { readonly subject: Key }) {
  const [kind, setKind] = useState<SnippetKind>('curl');
  return (
    <section className={styles.part} aria-label="How to send the key">
      <div className={styles.snippetHead}>
        <h3>How to send it</h3>
        <Select label="Language" hideLabel isSmall value={kind} options={SNIPPET_KINDS} onChange={setKind} />
      </div>
      <CodeBlock
        code={snippet(kind, {
          keyId: subject.keyId,
          path: '/',
          variable: variableName(subject.applicationSlug),
        })}
        label={`${kind} snippet`}
      />
    </section>
  );
}
