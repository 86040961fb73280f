import type { KeySummary } from '#contract/keys.ts';
import { usePageActions } from '#renderer/shell/actions/use-page-actions.ts';
import { Button } from '#renderer/ui/button.tsx';
import { keyOffers } from './key-offers.ts';
import type { KeyActions } from './use-key-actions.tsx';

interface KeyActionButtonsProps {
  readonly subject: KeySummary;
  readonly actions: KeyActions;
}

/** Rotate, suspend or resume, and revoke, with the reason where one is not possible. */
export function KeyActionButtons({ subject, actions }: KeyActionButtonsProps) {
  usePageActions(keyOffers(subject, actions));
  return (
    <>
      <Button
        action="key.rotate"
        onClick={() => actions.rotate(subject)}
        disabledReason={actions.obstacle('rotate', subject)}
      >
        Rotate…
      </Button>
      <Button
        action="key.handOff"
        onClick={() => actions.handOff(subject)}
        disabledReason={actions.obstacle('handOff', subject)}
      >
        Hand off…
      </Button>
      {subject.status === 'suspended' ? (
        <Button onClick={() => actions.resume(subject)} disabledReason={actions.obstacle('resume', subject)}>
          Resume
        </Button>
      ) : (
        <Button
          action="key.suspend"
          onClick={() => actions.suspend(subject)}
          disabledReason={actions.obstacle('suspend', subject)}
        >
          Suspend…
        </Button>
      )}
      <Button
        variant="danger"
        action="key.revoke"
        onClick={() => actions.revoke(subject)}
        disabledReason={actions.obstacle('revoke', subject)}
      >
        Revoke…
      </Button>
    </>
  );
}
