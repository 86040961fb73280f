import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './form.module.css';
import { Page, PageHeader } from './page-header.tsx';

interface ImportPageProps<Result> {
  readonly title: string;
  /** The list that is imported into, and the words of its two links: above the form, and once it is done. */
  readonly list: { readonly to: '/keys' | '/partners'; readonly label: string; readonly showLabel: string };
  /** The form; it tells what the import came to. */
  readonly form: (onDone: (result: Result) => void) => ReactNode;
  /** What an import did. */
  readonly result: (result: Result) => ReactNode;
}

/** Takes over many things at once: a form that tries before it does, then what it did. What was pasted is held by the form alone and is
 *  gone with it. */
export function ImportPage<Result>({ title, list, form, result }: ImportPageProps<Result>) {
  const [done, setDone] = useState<Result | null>(null);
  return (
    <Page>
      <PageHeader title={title}>
        <p>
          <Link to={list.to}>{list.label}</Link>
        </p>
      </PageHeader>
      {done === null ? (
        form(setDone)
      ) : (
        <section className={styles.section} aria-label="Result" role="status">
          {result(done)}
          <div className={styles.row}>
            <Link to={list.to} className="button-link">
              {list.showLabel}
            </Link>
            <Button onClick={() => setDone(null)}>Import more</Button>
          </div>
        </section>
      )}
    </Page>
  );
}
