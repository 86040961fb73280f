import type { ViewId } from '#contract/ids.ts';
import type { SavedView } from '#contract/views.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** The saved view of this id. Throws VIEW_NOT_FOUND. */
export function getView(context: UseCaseContext, id: ViewId): SavedView {
  const view = context.db.savedViews.get(id);
  if (view !== null) return view;
  throw new AppError('VIEW_NOT_FOUND', 'This saved view no longer exists. Save it under a name again.');
}
