import type { HandlerInput } from '#contract/contract.ts';
import { viewId } from '#contract/ids.ts';
import { type SavedView, VIEWS_MAX } from '#contract/views.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { changedFields } from '#main/domain/changed-fields.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { AppError } from '#main/platform/app-error.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { randomBytes } from '#main/platform/random.ts';
import { getView } from './get-view.ts';

const FIELDS = ['screen', 'name', 'search', 'columns'] as const;

/** Adds a saved view, or changes the one that is named; its screen stays. Throws VIEW_NOT_FOUND, NAME_TAKEN, and INVALID_INPUT
 *  for the text of a key in it and for one view more than VIEWS_MAX. */
export function saveView(context: UseCaseContext, input: HandlerInput<'views.save'>): SavedView {
  refuseKeyText(input, 'name');
  refuseKeyText(input, 'search');
  return context.command(() => {
    const { savedViews } = context.db;
    const before = input.viewId === undefined ? null : getView(context, input.viewId);
    const screen = before?.screen ?? input.screen;
    const others = savedViews.list(screen).filter(({ id }) => id !== before?.id);
    if (others.some(({ name }) => name.toLowerCase() === input.name.toLowerCase())) {
      throw nameTaken('a view', input.name);
    }
    if (others.length >= VIEWS_MAX) {
      throw new AppError(
        'INVALID_INPUT',
        `There are ${String(VIEWS_MAX)} saved views already. Delete one first.`,
      );
    }
    const view: SavedView = {
      id: before?.id ?? viewId.parse(`viw_${randomBase62(16, randomBytes)}`),
      screen,
      name: input.name,
      search: input.search,
      columns: input.columns,
      createdAt: before?.createdAt ?? context.nowMs,
      updatedAt: context.nowMs,
    };
    savedViews.put(view);
    const { id, name } = view;
    return {
      value: view,
      audit: {
        action: 'views.save',
        subject: { kind: 'view', id, name },
        ...(before === null
          ? { after: { screen, name, search: view.search, columns: view.columns } }
          : changedFields(before, view, FIELDS)),
      },
      changed: ['views'],
    };
  });
}

function refuseKeyText(input: HandlerInput<'views.save'>, field: 'name' | 'search'): void {
  if (redactKeys(input[field]) === input[field]) return;
  const message = 'This holds the text of a key, which is never stored. Take it out.';
  throw new AppError('INVALID_INPUT', message, [{ path: field, message }]);
}
