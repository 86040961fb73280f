import { useQueryClient } from '@tanstack/react-query';
import { viewId, type ViewId } from '#contract/ids.ts';
import { timestampMs } from '#contract/ids.ts';
import type { SavedView, ViewScreen } from '#contract/views.ts';
import type { Output } from '#contract/contract.ts';
import { useDeleteView, useSaveView } from '#renderer/api/commands.ts';
import { useViews } from '#renderer/api/queries.ts';
import { queryKey } from '#renderer/api/query-keys.ts';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** What of a view is saved. */
export type ViewDraft = Pick<SavedView, 'name' | 'search' | 'columns'>;

/** Stands for a view until the server has given it an id. */
const NEW_VIEW = viewId.parse('viw_0000000000000000');

/** The saved views of a screen. Changes show at once and go back, with a word, when the server refuses them. */
export function useSavedViews(screen: ViewScreen) {
  const cache = useQueryClient();
  const { say } = useToasts();
  const views = useViews({ screen });
  const saveCommand = useSaveView();
  const deleteCommand = useDeleteView();
  const cacheKey = queryKey('views.list', { screen });
  const show = (change: (items: readonly SavedView[]) => readonly SavedView[]) => {
    const before = cache.getQueryData<Output<'views.list'>>(cacheKey);
    cache.setQueryData<Output<'views.list'>>(cacheKey, { items: change(before?.items ?? []) });
    return () => cache.setQueryData(cacheKey, before);
  };

  /** Under an id the view is changed. */
  const save = async (draft: ViewDraft, id?: ViewId): Promise<void> => {
    const shown = { ...draft, id: id ?? NEW_VIEW, screen, createdAt: NEVER, updatedAt: NEVER };
    const undo = show((items) => byName([...items.filter((item) => item.id !== shown.id), shown]));
    const outcome = await saveCommand.run({ ...draft, screen, ...(id === undefined ? {} : { viewId: id }) });
    if (outcome.ok) return;
    undo();
    say(`The view “${draft.name}” was not saved.`, {
      tone: 'failure',
      detail: errorMessageOf(outcome.error),
    });
  };
  const remove = async (view: SavedView): Promise<void> => {
    const undo = show((items) => items.filter((item) => item.id !== view.id));
    const outcome = await deleteCommand.run({ viewId: view.id });
    if (!outcome.ok) {
      undo();
      say(`The view “${view.name}” was not deleted.`, {
        tone: 'failure',
        detail: errorMessageOf(outcome.error),
      });
      return;
    }
    say(`Deleted the view “${view.name}”.`, {
      action: { label: 'Undo', onSelect: () => void save(draftOf(view)) },
    });
  };
  return { items: views.data?.items ?? [], save, remove };
}

const NEVER = timestampMs.parse(0);

const draftOf = ({ name, search, columns }: SavedView): ViewDraft => ({ name, search, columns });

function byName(views: readonly SavedView[]): readonly SavedView[] {
  return [...views].sort((one, other) => one.name.localeCompare(other.name));
}
