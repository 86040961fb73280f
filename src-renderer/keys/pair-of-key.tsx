import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { Code } from '#renderer/ui/code.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { CopySecret } from './copy-secret.tsx';
import styles from './dialogs.module.css';
import { maskedSecret, secretPart } from './secret-text.ts';

interface PairOfKeyProps {
  readonly subject: Key;
  /** The whole key string. */
  readonly secret: string;
  readonly clearAfterMs: number;
}

/** The same key for programs that want an id and a secret apart. */
export function PairOfKey({ subject, secret, clearAfterMs }: PairOfKeyProps) {
  const [isShown, setShown] = useState(false);
  const part = secretPart(secret);
  return (
    <Disclosure label="As id and secret" isInUse={false}>
      <p className={styles.hint}>
        For programs with two fields: as user name and password (Basic), or in the headers{' '}
        <Code>X-API-Key</Code> and <Code>X-API-Secret</Code>. The whole key is taken as the secret, too.
      </p>
      <div className={styles.row}>
        <span>
          Key id <Code>{subject.keyId}</Code>
        </span>
        <CopyButton text={subject.keyId} label="Copy key id" />
      </div>
      <div className={styles.secret}>
        <output className={styles.secretText} aria-label={isShown ? 'The secret' : 'The secret, hidden'}>
          {isShown ? part : maskedSecret(part)}
        </output>
      </div>
      <CopySecret
        secret={part}
        label="Copy secret"
        clearAfterMs={clearAfterMs}
        onRefused={() => setShown(true)}
      />
      <CopySecret
        secret={`${subject.keyId}:${part}`}
        label="Copy id:secret"
        clearAfterMs={clearAfterMs}
        onRefused={() => setShown(true)}
      />
    </Disclosure>
  );
}
