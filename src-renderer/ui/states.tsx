import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import styles from './states.module.css';

interface EmptyStateProps {
  /** One sentence: what would be here. */
  readonly title: string;
  readonly children?: ReactNode;
  /** The main way out, and at most one more. */
  readonly actions?: ReactNode;
}

/** Nothing here, and what to do about it. */
export function EmptyState({ title, children, actions }: EmptyStateProps) {
  return (
    <div className={styles.state}>
      <p className={styles.title}>{title}</p>
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

interface ErrorStateProps {
  /** What failed, in user words: "The keys could not be loaded." */
  readonly title: string;
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** The request id an error carries, if it carries one. */
export function errorIdOf(error: unknown): string | null {
  if (error instanceof Error && 'requestId' in error && typeof error.requestId === 'string') {
    return error.requestId === '' ? null : error.requestId;
  }
  return null;
}

/** One sentence for a person out of anything that was thrown. */
export function errorMessageOf(error: unknown): string {
  return error instanceof Error && error.message !== ''
    ? error.message
    : 'Something unexpected happened. Try again.';
}

/** What failed, why, how to go on, and an id to quote. */
export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const id = errorIdOf(error);
  return (
    <div className={styles.state} role="alert">
      <CircleAlert aria-hidden className={styles.icon} />
      <p className={styles.title}>{title}</p>
      <p className={styles.text}>{errorMessageOf(error)}</p>
      <div className={styles.actions}>
        {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
        {id !== null && <CopyButton text={id} label="Copy error id" shows={`Error id ${id}`} />}
      </div>
    </div>
  );
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code !== 'INTERNAL';
}

/** An error inside a form or dialog, read out when it appears. */
export function ErrorNote({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  // A refusal explains itself; only what nobody expected needs a number to quote.
  const id = isRefusal(error) ? null : errorIdOf(error);
  return (
    <p className={styles.note} role="alert">
      {errorMessageOf(error)}
      {id !== null && <span className={styles.noteId}> Error id {id}</span>}
    </p>
  );
}

interface SkeletonProps {
  /** Width as a share of the line, in percent. */
  readonly widthPercent?: number;
  readonly heightPx?: number;
}

/** A grey place where something will be. */
export function Skeleton({ widthPercent = 100, heightPx = 14 }: SkeletonProps) {
  return (
    <span
      className={styles.skeleton}
      aria-hidden
      style={{ inlineSize: `${String(widthPercent)}%`, blockSize: heightPx }}
    />
  );
}

/** A few lines of skeleton, for panels that have no shape of their own to show. */
export function SkeletonLines({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div className={styles.lines} aria-hidden>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} widthPercent={[92, 78, 85, 60][index % 4] ?? 80} />
      ))}
    </div>
  );
}
