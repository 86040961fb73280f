import { useApplications, useScopes } from '#renderer/api/queries.ts';
import { useNow } from '#renderer/format/clock.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { scopeSentence } from '#renderer/scopes/scope-sentence.ts';
import formStyles from '#renderer/ui/form.module.css';
import styles from './create-key.module.css';
import { expiryOf, type KeyDraft } from './key-draft.ts';

/** What the draft would allow, in one sentence. */
export function useDraftSentence(draft: KeyDraft): string {
  const scopes = useScopes();
  const held = (scopes.data?.items ?? []).filter((scope) => draft.scopeIds.includes(scope.id));
  return scopeSentence([...held.flatMap((scope) => scope.rules), ...draft.rules]);
}

/** The key as it will be: what it looks like, what it may, until when, and what to think about. */
export function KeyPreview({ draft }: { readonly draft: KeyDraft }) {
  const applications = useApplications();
  const sentence = useDraftSentence(draft);
  const now = useNow(60_000);
  const slug = applications.data?.items.find((item) => item.id === draft.applicationId)?.slug;
  const expiresAt = expiryOf(draft, now);
  const warnings = warningsOf(draft);
  return (
    <section className={formStyles.section} aria-label="Preview">
      <h2>Preview</h2>
      <p className={styles.anatomy}>
        <code>
          lk_{draft.environment}_<wbr />
          <em>{slug ?? 'application'}</em>_<wbr />
          <em>id</em>_<wbr />
          <em>secret</em>
          <em>check</em>
        </code>
      </p>
      <p>{sentence}</p>
      <p>
        {expiresAt === null && 'Never expires.'}
        {typeof expiresAt === 'number' && (
          <>
            Expires <AbsoluteTime at={expiresAt} />.
          </>
        )}
      </p>
      {warnings.map((warning) => (
        <p key={warning} className={styles.warning}>
          {warning}
        </p>
      ))}
    </section>
  );
}

function warningsOf(draft: KeyDraft): readonly string[] {
  const warnings: string[] = [];
  const isOpen = draft.rules.some(
    (rule) => rule.effect === 'allow' && rule.path === '/**' && rule.methods.some((method) => method === '*'),
  );
  if (isOpen) warnings.push('One rule allows every method on every path.');
  if (draft.expiry === 'none') warnings.push('A key that never expires is the one that is forgotten.');
  return warnings;
}
