import type { KeyListItem } from '#contract/keys.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { usePageActions } from '#renderer/shell/actions/use-page-actions.ts';
import { keyOffers } from './key-offers.ts';
import type { KeyActions } from './use-key-actions.tsx';

interface FocusedRowActionsProps {
  readonly subject: KeyListItem;
  readonly actions: KeyActions;
  readonly onEdit: () => void;
  readonly onMenu: () => void;
}

/** What the keyboard does to the row of a list that has the focus: the catalogue's actions with the shortcuts they have now. Draws
 *  nothing. */
export function FocusedRowActions({ subject, actions, onEdit, onMenu }: FocusedRowActionsProps) {
  const forbidden = useForbidden();
  const editObstacle = subject.status === 'revoked' ? 'The key is revoked.' : forbidden('keys.update');
  const edit = { id: 'key.edit', detail: subject.name, run: onEdit, disabledReason: editObstacle } as const;
  const more = { id: 'key.more', detail: subject.name, run: onMenu } as const;
  usePageActions(
    [...keyOffers(subject, actions), edit, more].map((offer) => ({ ...offer, isOfFocus: true })),
  );
  return null;
}
