import type { Key } from '#contract/keys.ts';
import { useMailContact } from '#renderer/api/commands.ts';
import { useMailState } from '#renderer/api/handoff-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './sharing.module.css';

/** Longest link that mail programs take. */
const LINK_CHARACTERS_MAX = 1_900;

interface ContactRemedyProps {
  readonly subject: Key;
  readonly note: { readonly subject: string; readonly text: string };
}

/** Help comes first: a prepared note to the contact, which offers help and blames nobody. */
export function ContactRemedy({ subject, note: { subject: title, text } }: ContactRemedyProps) {
  const { contactEmail, applicationId } = subject;
  const mail = useMailContact();
  const isMailOn = useMailState().data?.isOn === true;
  const forbidden = useForbidden()('notices.mailContact');
  const { say } = useToasts();
  const send = async () => {
    const outcome = await mail.run({ applicationId, kind: 'key_note', subject: title, text });
    if (outcome.ok) say(`The note is on its way to ${outcome.data.to}.`);
  };
  return (
    <li className={styles.remedy}>
      <h3 className={styles.name}>Write to the contact</h3>
      <blockquote className={styles.text} aria-label="Note to the contact" tabIndex={0}>
        {text}
      </blockquote>
      <span className={styles.buttons}>
        {isMailOn && contactEmail !== '' && (
          <Button isBusy={mail.isRunning} disabledReason={forbidden} onClick={() => void send()}>
            {`Send to ${contactEmail}`}
          </Button>
        )}
        <CopyButton text={text} label="Copy note to the contact" shows="Copy note" />
        {contactEmail === '' ? (
          <span className={styles.quiet}>The application has no contact.</span>
        ) : (
          <a className="button-link" href={mailLink(contactEmail, title, text)}>
            {`Write to ${contactEmail}`}
          </a>
        )}
      </span>
      <ErrorNote error={mail.error} />
    </li>
  );
}

/** With the note in it where it fits; else to be pasted. */
function mailLink(to: string, title: string, text: string): string {
  const short = `mailto:${to}?subject=${encodeURIComponent(title)}`;
  const whole = `${short}&body=${encodeURIComponent(text)}`;
  return whole.length > LINK_CHARACTERS_MAX ? short : whole;
}
