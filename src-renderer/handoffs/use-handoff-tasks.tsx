import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { Handoff } from '#contract/handoffs.ts';

const WithdrawDialog = lazy(() =>
  import('./withdraw-dialog.tsx').then((file) => ({ default: file.WithdrawDialog })),
);
const WithdrawAndRotateDialog = lazy(() =>
  import('./withdraw-and-rotate-dialog.tsx').then((file) => ({ default: file.WithdrawAndRotateDialog })),
);
const ResendDialog = lazy(() =>
  import('./resend-dialog.tsx').then((file) => ({ default: file.ResendDialog })),
);

/** What can be done to a handoff in a dialog. */
export type HandoffTask = 'withdraw' | 'rotate' | 'resend';

/** Keeps which dialog is open; its parts are loaded when first opened. */
export function useHandoffTasks(): {
  readonly start: (task: HandoffTask, handoff: Handoff) => void;
  readonly dialogs: ReactNode;
} {
  const [open, setOpen] = useState<{ readonly task: HandoffTask; readonly handoff: Handoff } | null>(null);
  const close = () => setOpen(null);
  return {
    start: (task, handoff) => setOpen({ task, handoff }),
    dialogs: open !== null && (
      <Suspense>
        {open.task === 'withdraw' && <WithdrawDialog handoff={open.handoff} onClose={close} />}
        {open.task === 'rotate' && <WithdrawAndRotateDialog handoff={open.handoff} onClose={close} />}
        {open.task === 'resend' && <ResendDialog handoff={open.handoff} onClose={close} />}
      </Suspense>
    ),
  };
}
