import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { AccessRequestDetail } from '#contract/access-requests.ts';
import { ConfirmContactDialog, ContactCodeDialog } from './contact-dialogs.tsx';
import { RejectDialog } from './reject-dialog.tsx';

const ApproveDialog = lazy(() =>
  import('./approve-dialog.tsx').then((file) => ({ default: file.ApproveDialog })),
);
const RaiseDialog = lazy(() => import('./raise-dialog.tsx').then((file) => ({ default: file.RaiseDialog })));

/** What can be done to a request in a dialog. */
export type AccessTask = 'approve' | 'raise' | 'reject' | 'code' | 'confirm';

/** Keeps which dialog is open; large ones are loaded when first opened. */
export function useAccessTasks(): {
  readonly start: (task: AccessTask, request: AccessRequestDetail) => void;
  readonly dialogs: ReactNode;
} {
  const [open, setOpen] = useState<{
    readonly task: AccessTask;
    readonly request: AccessRequestDetail;
  } | null>(null);
  const close = () => setOpen(null);
  return {
    start: (task, request) => setOpen({ task, request }),
    dialogs: open !== null && (
      <Suspense>
        {open.task === 'approve' && <ApproveDialog request={open.request} onClose={close} />}
        {open.task === 'raise' && open.request.keyId !== null && (
          <RaiseDialog request={{ ...open.request, keyId: open.request.keyId }} onClose={close} />
        )}
        {open.task === 'reject' && <RejectDialog requests={[open.request]} onClose={close} />}
        {open.task === 'code' && <ContactCodeDialog request={open.request} onClose={close} />}
        {open.task === 'confirm' && <ConfirmContactDialog request={open.request} onClose={close} />}
      </Suspense>
    ),
  };
}
