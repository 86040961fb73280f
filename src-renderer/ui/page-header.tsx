import { useEffect, useRef, type ReactNode } from 'react';
import styles from './page.module.css';
import { useScrollPlace } from './use-scroll-place.ts';

interface PageHeaderProps {
  /** The page's name: heading and window title. Never a secret. */
  readonly title: string;
  /** What the heading shows instead of the plain title, for example a KeyRef. */
  readonly heading?: ReactNode;
  /** How many things there are, in words: "142 keys". */
  readonly count?: string | undefined;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** Title and actions of a page; names the window too. */
export function PageHeader({ title, heading, count, actions, children }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Latchkey`;
  }, [title]);
  return (
    <header className={styles.header}>
      <div className={styles.titleRow}>
        <h1 className={styles.title}>{heading ?? title}</h1>
        {count !== undefined && <span className={styles.count}>{count}</span>}
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </header>
  );
}

/** A page: header and content in a column that scrolls inside the shell. `isFilled` gives the rest of the height to the last child. */
export function Page({
  children,
  isFilled = false,
}: {
  readonly children: ReactNode;
  readonly isFilled?: boolean;
}) {
  const page = useRef<HTMLDivElement>(null);
  const { name } = useScrollPlace('page', page);
  return (
    <div ref={page} className={isFilled ? styles.filledPage : styles.page} data-scroll-restoration-id={name}>
      {children}
    </div>
  );
}
