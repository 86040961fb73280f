import type { ImportPreview, MissingEndpoint } from '#contract/endpoint-import.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { EndpointUsers, usersText } from './endpoint-users.tsx';
import styles from './services.module.css';

interface ImportChangesProps {
  readonly preview: ImportPreview;
  /** Do the endpoints that the document no longer has go? */
  readonly isRemoving: boolean;
  readonly onRemoving: (isRemoving: boolean) => void;
}

/** What an import would add, change and remove, and who may call what goes, before it is applied. */
export function ImportChanges({ preview, isRemoving, onRemoving }: ImportChangesProps) {
  const { added, updated, unchanged, removed, addedEndpoints, updatedEndpoints } = preview;
  return (
    <div className={styles.form}>
      <p role="status" className={styles.counts}>
        <Figure value={added} word="to add" />
        <Figure value={updated} word="to update" />
        <Figure value={unchanged} word="unchanged" />
        {removed > 0 && <Figure value={removed} word="no longer in the document" />}
      </p>
      <Problems preview={preview} />
      {removed > 0 && <Missing preview={preview} isRemoving={isRemoving} onRemoving={onRemoving} />}
      {added > 0 && (
        <Disclosure label={`Endpoints to add (${count(added)})`} isInUse={false}>
          <ul className={styles.problems} tabIndex={0} aria-label="Endpoints to add">
            {addedEndpoints.map(({ method, path }) => (
              <li key={`${method} ${path}`} className={styles.mono}>
                {method} {path}
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
      {updated > 0 && (
        <Disclosure label={`Endpoints to update (${count(updated)})`} isInUse={false}>
          <ul className={styles.problems} tabIndex={0} aria-label="Endpoints to update">
            {updatedEndpoints.map(({ method, path, before, after }) => (
              <li key={`${method} ${path}`}>
                <span className={styles.mono}>
                  {method} {path}
                </span>{' '}
                {before.group !== after.group && `Group: ${before.group} → ${after.group}. `}
                {before.summary !== after.summary && `Summary: ${after.summary || 'none'}.`}
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </div>
  );
}

function Figure({ value, word }: { readonly value: number; readonly word: string }) {
  return (
    <span>
      <strong>{count(value)}</strong> {word}
    </span>
  );
}

function Problems({ preview: { problems } }: { readonly preview: ImportPreview }) {
  if (problems.length === 0) return null;
  return (
    <>
      <p>{counted(problems.length, 'problem')}; the rest can be imported:</p>
      <ul className={styles.problems} tabIndex={0} aria-label="Problems">
        {problems.map((problem) => (
          <li key={`${String(problem.line)} ${problem.where} ${problem.message}`}>
            {problem.line !== null && `Line ${String(problem.line)}: `}
            <span className={styles.mono}>{problem.where}</span> {problem.message}
          </li>
        ))}
      </ul>
    </>
  );
}

function Missing({ preview, isRemoving, onRemoving }: ImportChangesProps) {
  const { removed, removedEndpoints, problems, areKeysWhole } = preview;
  return (
    <>
      <Checkbox
        label={`Remove ${counted(removedEndpoints.length, 'endpoint')} that the document no longer has`}
        help="Scopes and keys keep their rules, and verification does not change."
        isChecked={isRemoving}
        onChange={onRemoving}
      />
      {removed > removedEndpoints.length && (
        <p className={styles.quiet}>The others follow at the next import.</p>
      )}
      {problems.length > 0 && (
        <p>
          An endpoint that could not be read looks as if it were gone: solve the problems before you remove.
        </p>
      )}
      <ul className={styles.problems} tabIndex={0} aria-label="Endpoints no longer in the document">
        {removedEndpoints.map((endpoint) => (
          <MissingRow key={endpoint.endpointId} endpoint={endpoint} areKeysWhole={areKeysWhole} />
        ))}
      </ul>
    </>
  );
}

function MissingRow({
  endpoint,
  areKeysWhole,
}: {
  readonly endpoint: MissingEndpoint;
  readonly areKeysWhole: boolean;
}) {
  const { method, path, keyCount } = endpoint;
  return (
    <li className={styles.missing}>
      <span className={styles.missingHead}>
        <span className={styles.mono}>
          {method} {path}
        </span>
        <strong>{usersText(keyCount, areKeysWhole)}</strong>
      </span>
      <EndpointUsers {...endpoint} />
    </li>
  );
}
