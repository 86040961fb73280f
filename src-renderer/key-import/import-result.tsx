import { Link } from '@tanstack/react-router';
import type { KeyImportResult } from '#contract/key-import.ts';
import { counted } from '#renderer/format/numbers.ts';
import formStyles from '#renderer/ui/form.module.css';
import styles from './key-import.module.css';

/** More than this on a page helps nobody; the count says how many there are. */
const SHOWN_MAX = 200;

/** What a trial found: the keys that would be made, and every line that would not. */
export function ImportPreview({ result }: { readonly result: KeyImportResult }) {
  return (
    <section className={formStyles.section} aria-label="What would happen">
      <h2>{counted(result.imported.length, 'key')} would be made</h2>
      <Lists result={result} problemWord="would be left out or changed" />
    </section>
  );
}

/** What an import did. */
export function Imported({ result }: { readonly result: KeyImportResult }) {
  return (
    <>
      <h2>{counted(result.imported.length, 'key')} imported</h2>
      <p>They are verified as they are, from now on, until you rotate them.</p>
      <Lists result={result} problemWord="left out or changed" />
    </>
  );
}

function Lists({ result, problemWord }: { readonly result: KeyImportResult; readonly problemWord: string }) {
  const { applications, imported, problems } = result;
  return (
    <div className={styles.lists}>
      {imported.length > 0 && (
        <ul className={styles.list} tabIndex={0} aria-label="Keys">
          {imported.slice(0, SHOWN_MAX).map(({ keyId, name }, index) => (
            <li key={index}>
              {keyId === null ? (
                name
              ) : (
                <Link to="/keys/$keyId" params={{ keyId }}>
                  {name}
                </Link>
              )}
            </li>
          ))}
          <More count={imported.length} noun="key" />
        </ul>
      )}
      {applications.length > 0 && (
        <div className={styles.part}>
          <h3>Whose they are</h3>
          <ul className={styles.list} tabIndex={0} aria-label="Applications">
            {applications.slice(0, SHOWN_MAX).map(({ name, isNew, keyCount }) => (
              <li key={name}>
                {name}: {counted(keyCount, 'key')}
                {isNew ? ', a new application' : ''}
              </li>
            ))}
            <More count={applications.length} noun="application" />
          </ul>
        </div>
      )}
      {problems.length > 0 && (
        <div className={styles.part}>
          <h3>
            {counted(problems.length, 'line')} {problemWord}
          </h3>
          <ul className={styles.list} tabIndex={0} aria-label="Problems">
            {problems.slice(0, SHOWN_MAX).map(({ line, message }, index) => (
              <li key={index}>
                Line {line}: {message}
              </li>
            ))}
            <More count={problems.length} noun="line" />
          </ul>
        </div>
      )}
    </div>
  );
}

function More({ count, noun }: { readonly count: number; readonly noun: string }) {
  return count > SHOWN_MAX ? <li>and {counted(count - SHOWN_MAX, `more ${noun}`)}</li> : null;
}
