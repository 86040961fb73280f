import { z } from 'zod';
import { timestampMs, viewId } from './ids.ts';
import { displayName } from './names.ts';
import { command, query } from './procedure.ts';

/** Screens that have saved views. */
export const VIEW_SCREENS = ['keys', 'requests'] as const;
export const viewScreen = z.enum(VIEW_SCREENS);
export type ViewScreen = z.infer<typeof viewScreen>;

/** How many views one screen may have. */
export const VIEWS_MAX = 200;

/** Columns of a list in their order: which are shown, and how wide; null is the width that the screen gives. */
export const viewColumns = z
  .array(
    z
      .strictObject({
        id: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'The id of a column has 1 to 40 letters and digits.'),
        isShown: z.boolean(),
        widthPx: z.int().min(24).max(2_000).nullable(),
      })
      .readonly(),
  )
  .max(60)
  .readonly();
export type ViewColumns = z.infer<typeof viewColumns>;

/** A named state of a list, seen by everybody who may see the list. */
export const view = z
  .object({
    id: viewId,
    screen: viewScreen,
    name: z.string(),
    /** Search part of the screen's address, without the question mark: `status=%5B%22expiring%22%5D&sort=expires`. */
    search: z.string(),
    /** null: the columns as they are, whichever. */
    columns: viewColumns.nullable(),
    createdAt: timestampMs,
    updatedAt: timestampMs,
  })
  .readonly();
export type SavedView = z.infer<typeof view>;

export const viewProcedures = {
  /** By name. */
  'views.list': query(
    'viewer',
    z.strictObject({ screen: viewScreen }),
    z.object({ items: z.array(view).readonly() }),
  ),
  /** Without a viewId a new view, with it that view anew. Refuses a search or name that holds the text of a key. */
  'views.save': command(
    'issuer',
    z.strictObject({
      viewId: viewId.optional(),
      screen: viewScreen,
      name: displayName,
      search: z.string().max(4_000),
      columns: viewColumns.nullable().default(null),
    }),
    view,
    ['VIEW_NOT_FOUND', 'NAME_TAKEN'],
  ),
  'views.delete': command('issuer', z.strictObject({ viewId }), z.object({ deleted: z.literal(true) }), [
    'VIEW_NOT_FOUND',
  ]),
} as const;
