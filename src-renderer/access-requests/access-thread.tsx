import type { AccessRequestDetail } from '#contract/access-requests.ts';
import type { AccessRequestId } from '#contract/ids.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import textStyles from '#renderer/ui/text.module.css';
import styles from './access.module.css';

/** Questions to the applicant and what was answered, oldest first. */
export function AccessThread({ request }: { readonly request: AccessRequestDetail }) {
  if (request.thread.length === 0) return null;
  return (
    <section className={styles.stack} aria-label="Questions and answers">
      <h3>Questions and answers</h3>
      <ul className={styles.list}>
        {request.thread.map(({ author, text, at }) => (
          <li key={at}>
            <span className={textStyles.quiet}>
              {author === null ? 'The applicant answered' : `${author} asked`}, <RelativeTime at={at} />
            </span>
            <span className={styles.text}>{text}</span>
          </li>
        ))}
      </ul>
      {request.state === 'asked' && <p className={textStyles.quiet}>Waits for the applicant’s answer.</p>}
    </section>
  );
}

interface MergedRequestsProps {
  readonly request: AccessRequestDetail;
  readonly onShow: (id: AccessRequestId) => void;
}

/** The one that this request was merged into, or those that were merged into this one. */
export function MergedRequests({ request, onShow }: MergedRequestsProps) {
  const { mergedInto, merged } = request;
  return (
    <>
      {mergedInto !== null && (
        <p>
          Its applicant reads what becomes of{' '}
          <Button variant="quiet" onClick={() => onShow(mergedInto.id)}>
            {mergedInto.reference}
          </Button>
        </p>
      )}
      {merged.length > 0 && (
        <section className={styles.stack} aria-label="Merged requests">
          <h3>Merged requests</h3>
          <p className={textStyles.quiet}>Their applicants read what you answer here.</p>
          <ul className={styles.list}>
            {merged.map(({ id, reference, application, contactEmail }) => (
              <li key={id}>
                <Button variant="quiet" onClick={() => onShow(id)}>
                  {reference}
                </Button>
                <span className={textStyles.quiet}>
                  {application} · {contactEmail}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
