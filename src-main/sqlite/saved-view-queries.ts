import type { ViewId } from '#contract/ids.ts';
import type { SavedView, ViewScreen } from '#contract/views.ts';
import type { DatabaseHandle } from './open-database.ts';

type ViewRow = Omit<SavedView, 'columns'> & { readonly columns: string | null };

const COLUMNS = `
  id,
  screen,
  name,
  search,
  columns,
  created_at_ms AS createdAt,
  updated_at_ms AS updatedAt`;

// views.list and views.save; the unique index of screen and name, in its order.
const LIST = `SELECT ${COLUMNS} FROM saved_views WHERE screen = @screen ORDER BY name, id`;

// views.save and views.delete; primary key.
const GET = `SELECT ${COLUMNS} FROM saved_views WHERE id = @id`;

// views.save; primary key.
const PUT = `
  INSERT INTO saved_views (id, screen, name, search, columns, created_at_ms, updated_at_ms)
  VALUES (@id, @screen, @name, @search, @columns, @createdAt, @updatedAt)
  ON CONFLICT (id) DO UPDATE
  SET name = excluded.name, search = excluded.search, columns = excluded.columns, updated_at_ms = excluded.updated_at_ms`;

// views.delete; primary key.
const DELETE = `DELETE FROM saved_views WHERE id = @id`;

/** Prepares the statements on saved views. */
export function createSavedViewQueries(handle: DatabaseHandle) {
  const list = handle.prepare<{ screen: ViewScreen }, ViewRow>(LIST);
  const get = handle.prepare<{ id: ViewId }, ViewRow>(GET);
  const put = handle.prepare<ViewRow>(PUT);
  const remove = handle.prepare<{ id: ViewId }>(DELETE);
  return {
    /** By name, ascending. */
    list: (screen: ViewScreen): readonly SavedView[] => list.all({ screen }).map(fromRow),
    get: (id: ViewId): SavedView | null => {
      const row = get.get({ id });
      return row === undefined ? null : fromRow(row);
    },
    /** Adds the view, or replaces all of it but its screen and when it was made. */
    put: (view: SavedView): void =>
      void put.run({ ...view, columns: view.columns === null ? null : JSON.stringify(view.columns) }),
    delete: (id: ViewId): void => void remove.run({ id }),
  };
}

function fromRow(row: ViewRow): SavedView {
  return {
    ...row,
    columns: row.columns === null ? null : (JSON.parse(row.columns) as SavedView['columns']),
  };
}
