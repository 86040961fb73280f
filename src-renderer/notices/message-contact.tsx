import { useState } from 'react';
import type { CallInput } from '#contract/contract.ts';
import { useMailContact } from '#renderer/api/commands.ts';
import { useMailState } from '#renderer/api/handoff-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

interface MessageContactProps {
  /** Whose contact it is, and what for. */
  readonly about: Pick<CallInput<'notices.mailContact'>, 'applicationId' | 'kind'>;
  readonly contactEmail: string;
  /** What a person may change before it is sent. */
  readonly words: { readonly subject: string; readonly text: string };
}

/** A prepared message to a contact: sent by Latchkey where mail is on, else opened in the mail program of whoever presses it. */
export function MessageContact(props: MessageContactProps) {
  const { contactEmail, words } = props;
  const forbidden = useForbidden()('notices.mailContact');
  const isMailOn = useMailState().data?.isOn === true;
  const [isWriting, setWriting] = useState(false);
  if (!isMailOn || forbidden !== undefined) {
    const { subject, text } = words;
    const link = `mailto:${contactEmail}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(text)}`;
    return (
      <a className="button-link" href={link}>
        Message contact
      </a>
    );
  }
  return (
    <>
      <Button onClick={() => setWriting(true)}>Message contact…</Button>
      {isWriting && <MessageDialog {...props} onClose={() => setWriting(false)} />}
    </>
  );
}

function MessageDialog({
  about,
  contactEmail,
  words,
  onClose,
}: MessageContactProps & { readonly onClose: () => void }) {
  const send = useMailContact();
  const { say } = useToasts();
  // As it was when the dialog opened: callers may change meanwhile, and what is typed must stay.
  const [draft, setDraft] = useState(words);
  const submit = async () => {
    const outcome = await send.run({ ...about, ...draft });
    if (!outcome.ok) return;
    say(`On its way to ${outcome.data.to}`);
    onClose();
  };
  return (
    <FormDialog
      title="Message to the contact"
      description={`Goes to ${contactEmail} by mail.`}
      submitLabel="Send message"
      isBusy={send.isRunning}
      disabledReason={
        draft.subject.trim() === '' || draft.text.trim() === '' ? 'Write something first.' : undefined
      }
      error={send.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label="Subject"
        value={draft.subject}
        onChange={(subject) => setDraft({ ...draft, subject })}
        error={send.error?.field('subject')}
      />
      <TextArea
        label="Message"
        rows={12}
        value={draft.text}
        onChange={(text) => setDraft({ ...draft, text })}
        error={send.error?.field('text')}
      />
    </FormDialog>
  );
}
