import { useBlocker } from '@tanstack/react-router';
import { AlertDialog } from './alert-dialog.tsx';

interface LeaveGuardProps {
  /** There is something that leaving would put away. */
  readonly isChanged: boolean;
  /** The work outlives a change of the address that stays on the page, such as another filter. */
  readonly isOfWholePage?: boolean;
  /** The question: "Leave without saving?" */
  readonly title: string;
  /** What leaving means for what was typed. */
  readonly description: string;
  readonly confirmLabel: string;
}

/** Asks before a page with unfinished work is left; reloading it or closing the window gets the browser's own question. */
export function LeaveGuard(props: LeaveGuardProps) {
  const { isChanged, isOfWholePage = false, title, description, confirmLabel } = props;
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isChanged && !(isOfWholePage && current.pathname === next.pathname),
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  });
  return (
    <AlertDialog
      isOpen={blocker.status === 'blocked'}
      onCancel={() => blocker.reset?.()}
      onConfirm={() => blocker.proceed?.()}
      title={title}
      description={description}
      confirmLabel={confirmLabel}
      cancelLabel="Keep editing"
    />
  );
}
