import { CopyButton } from './copy-button.tsx';
import styles from './code.module.css';

/** A key, path or code within a sentence. */
export function Code({ children }: { readonly children: string }) {
  return <code className={styles.inline}>{children}</code>;
}

interface CodeBlockProps {
  readonly code: string;
  /** What it is, for the copy button and for ears: "curl command". */
  readonly label: string;
}

/** Several lines to copy. */
export function CodeBlock({ code, label }: CodeBlockProps) {
  return (
    <div className={styles.block}>
      <pre className={styles.pre} tabIndex={0} aria-label={label}>
        <code>{code}</code>
      </pre>
      <span className={styles.copy}>
        <CopyButton text={code} label={`Copy ${label}`} />
      </span>
    </div>
  );
}
