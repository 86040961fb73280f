import type { KeySummary } from '#contract/keys.ts';
import type { OfferedAction } from '#renderer/shell/actions/action-registry.ts';
import type { KeyActions } from './use-key-actions.tsx';

/** What can be done to a key from wherever it is shown, with the reason where it cannot. */
export function keyOffers(subject: KeySummary, actions: KeyActions): readonly OfferedAction[] {
  const offer = (
    id: 'key.rotate' | 'key.suspend' | 'key.revoke' | 'key.handOff',
    task: 'rotate' | 'suspend' | 'revoke' | 'handOff',
  ) => ({
    id,
    detail: subject.name,
    disabledReason: actions.obstacle(task, subject),
    run: () => actions[task](subject),
  });
  return [
    offer('key.rotate', 'rotate'),
    offer('key.suspend', 'suspend'),
    offer('key.revoke', 'revoke'),
    offer('key.handOff', 'handOff'),
  ];
}
