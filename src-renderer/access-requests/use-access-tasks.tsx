import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { AccessRequestDetail } from '#contract/access-requests.ts';
import { useUnmergeAccess } from '#renderer/api/commands.ts';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { ConfirmContactDialog, ContactCodeDialog } from './contact-dialogs.tsx';
import { RejectDialog } from './reject-dialog.tsx';

const ApproveDialog = lazy(() =>
  import('./approve-dialog.tsx').then((file) => ({ default: file.ApproveDialog })),
);
const RaiseDialog = lazy(() => import('./raise-dialog.tsx').then((file) => ({ default: file.RaiseDialog })));

const AskDialog = lazy(() => import('./ask-dialog.tsx').then((file) => ({ default: file.AskDialog })));
const MergeDialog = lazy(() => import('./merge-dialog.tsx').then((file) => ({ default: file.MergeDialog })));

/** What can be done to a request in a dialog. */
export type AccessTask = 'approve' | 'raise' | 'reject' | 'ask' | 'merge' | 'unmerge' | 'code' | 'confirm';

/** Keeps which dialog is open; large ones are loaded when first opened. */
export function useAccessTasks(): {
  readonly start: (task: AccessTask, request: AccessRequestDetail) => void;
  readonly dialogs: ReactNode;
} {
  const [open, setOpen] = useState<{
    readonly task: AccessTask;
    readonly request: AccessRequestDetail;
  } | null>(null);
  const unmerge = useUnmergeAccess();
  const { say } = useToasts();
  const close = () => setOpen(null);
  const openAgain = async ({ id, reference }: AccessRequestDetail) => {
    const outcome = await unmerge.run({ accessRequestId: id });
    if (outcome.ok) say(`${reference} is open again.`);
    else say(`${reference} was not opened again.`, { tone: 'failure', detail: outcome.error.message });
  };
  return {
    start: (task, request) => {
      // It takes nothing away, so nobody is asked.
      if (task === 'unmerge') void openAgain(request);
      else setOpen({ task, request });
    },
    dialogs: open !== null && (
      <Suspense>
        {open.task === 'approve' && <ApproveDialog request={open.request} onClose={close} />}
        {open.task === 'raise' && open.request.keyId !== null && (
          <RaiseDialog request={{ ...open.request, keyId: open.request.keyId }} onClose={close} />
        )}
        {open.task === 'reject' && <RejectDialog requests={[open.request]} onClose={close} />}
        {open.task === 'ask' && <AskDialog request={open.request} onClose={close} />}
        {open.task === 'merge' && <MergeDialog request={open.request} onClose={close} />}
        {open.task === 'code' && <ContactCodeDialog request={open.request} onClose={close} />}
        {open.task === 'confirm' && <ConfirmContactDialog request={open.request} onClose={close} />}
      </Suspense>
    ),
  };
}
