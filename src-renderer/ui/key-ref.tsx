import type { Environment } from '#contract/key-policy.ts';
import { BittingGlyph } from './bitting-glyph.tsx';
import { classNames } from './class-names.ts';
import styles from './key-ref.module.css';

/** The bar before every mention of a key: solid for live, hatched for test. */
export function IdentityBar({ environment }: { readonly environment: Environment | null }) {
  return (
    <span
      className={classNames(
        styles.bar,
        environment === 'test' && styles.test,
        environment === null && styles.unknown,
      )}
      data-environment={environment ?? 'unknown'}
    >
      <span className="visually-hidden">{environment === 'test' ? 'Test key' : 'Live key'}</span>
    </span>
  );
}

interface KeyRefProps {
  readonly keyId: string;
  readonly name: string;
  readonly environment: Environment | null;
  /** Second line: the hint, in the face of keys. */
  readonly detail?: string | undefined;
  /** Second line, after the hint: words, such as the scopes or the application. */
  readonly note?: string | undefined;
  readonly isLarge?: boolean;
}

/** A key as it is recognised everywhere: bar, teeth, name, hint. */
export function KeyRef({ keyId, name, environment, detail, note, isLarge = false }: KeyRefProps) {
  return (
    <span className={classNames(styles.ref, isLarge && styles.large)}>
      <IdentityBar environment={environment} />
      <BittingGlyph keyId={keyId} size={isLarge ? 28 : 20} />
      <span className={styles.words}>
        <span className={styles.name}>{name}</span>
        {(detail !== undefined || note !== undefined) && (
          <span className={styles.detail}>
            {detail}
            {detail !== undefined && note !== undefined && ' '}
            {note !== undefined && <span className={styles.note}>{note}</span>}
          </span>
        )}
      </span>
    </span>
  );
}
