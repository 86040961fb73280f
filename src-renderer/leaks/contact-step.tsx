import type { Leak } from '#contract/leaks.ts';
import { useNotifyOfLeak } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { mailLink } from '#renderer/keys/message-contacts.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { CONTAINED_WORDS, contactText } from './leak-words.ts';
import { Step } from './step.tsx';
import styles from './leaks.module.css';

interface ContactStepProps {
  readonly leak: Leak;
  readonly contactEmail: string;
}

/** A prepared text for the owner of the key, and a note that they were told. */
export function ContactStep({ leak, contactEmail }: ContactStepProps) {
  const forbidden = useForbidden()('leaks.notify');
  const notify = useNotifyOfLeak();
  const { notifiedAt, notifiedBy, containedBy, closedAt } = leak;
  const text = contactText({
    ...leak,
    contained: containedBy === null ? null : CONTAINED_WORDS[containedBy],
    isReplaced: leak.replacedBy !== null,
  });
  const mail = mailLink(contactEmail === '' ? [] : [contactEmail]);
  return (
    <Step title="Tell the owner" done={notifiedAt === null ? null : 'Told'}>
      {notifiedAt !== null && (
        <p>
          Told <RelativeTime at={notifiedAt} /> by {notifiedBy}.
        </p>
      )}
      <blockquote className={styles.told} aria-label="Text for the owner">
        {text}
      </blockquote>
      <div className={styles.buttons}>
        <CopyButton text={text} label="Copy text for the owner" shows="Copy text" />
        {mail !== null && (
          <a className="button-link" href={mail}>
            {`Write to ${contactEmail}`}
          </a>
        )}
        <Button
          isBusy={notify.isRunning}
          disabledReason={forbidden ?? (closedAt === null ? undefined : 'The incident is closed.')}
          onClick={() => void notify.run({ leakId: leak.id })}
        >
          They are told
        </Button>
      </div>
      <ErrorNote error={notify.error} />
    </Step>
  );
}
