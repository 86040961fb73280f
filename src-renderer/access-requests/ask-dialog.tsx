import { useState } from 'react';
import type { ContactNotice } from '#contract/access-procedures.ts';
import type { AccessRequest } from '#contract/access-requests.ts';
import { useAskApplicant } from '#renderer/api/commands.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { CopyNoticeDialog } from './approved-dialogs.tsx';

interface AskDialogProps {
  readonly request: AccessRequest;
  readonly onClose: () => void;
}

/** Asks the applicant back; where mail is off, the question is shown for whoever can send it. */
export function AskDialog({ request, onClose }: AskDialogProps) {
  const ask = useAskApplicant();
  const { say } = useToasts();
  const [question, setQuestion] = useState('');
  const [notice, setNotice] = useState<ContactNotice | null>(null);
  if (notice !== null && notice.text !== null) {
    return (
      <CopyNoticeDialog
        notice={{ ...notice, text: notice.text }}
        description={`The question stands on the page of the request. Send it to ${notice.to}, too: the link leads there.`}
        onDone={onClose}
      />
    );
  }
  const submit = async () => {
    const outcome = await ask.run({ accessRequestId: request.id, question });
    if (!outcome.ok) return;
    const made = outcome.data.notice;
    if (made !== null && made.text !== null) {
      setNotice(made);
      return;
    }
    say(`Asked ${request.contactEmail} by mail.`);
    onClose();
  };
  return (
    <FormDialog
      title={`Ask back about ${request.application}`}
      size="small"
      submitLabel="Ask"
      isBusy={ask.isRunning}
      disabledReason={question.trim() === '' ? 'Write a question.' : undefined}
      error={ask.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextArea
        label="Question"
        rows={4}
        value={question}
        onChange={setQuestion}
        help="Shown on the page of the request, where the applicant answers once."
        error={ask.error?.field('question')}
      />
    </FormDialog>
  );
}
