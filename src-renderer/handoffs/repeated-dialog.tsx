import type { ReactNode } from 'react';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';

interface RepeatedDialogProps {
  /** What was given then, and what to do where it is lost. */
  readonly children: ReactNode;
  readonly onDone: () => void;
}

/** Says that an earlier try had worked, and that what it gave is not given again. */
export function RepeatedDialog({ children, onDone }: RepeatedDialogProps) {
  return (
    <Dialog
      isOpen
      size="small"
      onClose={onDone}
      title="Made already"
      footer={
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      }
    >
      <p>{children}</p>
    </Dialog>
  );
}
