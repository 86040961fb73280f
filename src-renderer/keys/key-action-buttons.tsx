import type { KeySummary } from '#contract/keys.ts';
import { Button } from '#renderer/ui/button.tsx';
import type { KeyActions } from './use-key-actions.tsx';

interface KeyActionButtonsProps {
  readonly subject: KeySummary;
  readonly actions: KeyActions;
}

/** Rotate, suspend or resume, and revoke, with the reason where one is not possible. */
export function KeyActionButtons({ subject, actions }: KeyActionButtonsProps) {
  return (
    <>
      <Button onClick={() => actions.rotate(subject)} disabledReason={actions.obstacle('rotate', subject)}>
        Rotate…
      </Button>
      {subject.status === 'suspended' ? (
        <Button onClick={() => actions.resume(subject)} disabledReason={actions.obstacle('resume', subject)}>
          Resume
        </Button>
      ) : (
        <Button
          onClick={() => actions.suspend(subject)}
          disabledReason={actions.obstacle('suspend', subject)}
        >
          Suspend…
        </Button>
      )}
      <Button
        variant="danger"
        onClick={() => actions.revoke(subject)}
        disabledReason={actions.obstacle('revoke', subject)}
      >
        Revoke…
      </Button>
    </>
  );
}
