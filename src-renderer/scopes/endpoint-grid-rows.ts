import { METHODS, type Method } from '#contract/http-methods.ts';
import type { Cell } from './cell-rules.ts';

/** What the grid needs to know of a catalogue endpoint. */
export interface GridEndpoint {
  readonly method: Method;
  readonly path: string;
  readonly group: string;
  readonly summary: string;
}

/** A row of the grid: the head of a group or one path with the methods it has. */
export type GridRow =
  | {
      readonly kind: 'group';
      readonly group: string;
      readonly isOpen: boolean;
      readonly cells: readonly Cell[];
    }
  | {
      readonly kind: 'path';
      readonly group: string;
      readonly path: string;
      readonly methods: ReadonlyMap<Method, string>;
    };

/** Columns that are always there, so that the grid keeps its shape from service to service. */
const USUAL_COLUMNS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Methods as columns, in the usual order: the five usual ones and any other that the catalogue has. */
export function gridColumns(endpoints: readonly GridEndpoint[]): readonly Method[] {
  const present = new Set(endpoints.map((endpoint) => endpoint.method));
  return METHODS.filter((method) => USUAL_COLUMNS.includes(method) || present.has(method));
}

/**
 * Endpoints that fit the search: every word must be part of the method, path, group or summary, in any case.
 * A word that is exactly a method keeps only that method.
 */
export function searchEndpoints(endpoints: readonly GridEndpoint[], query: string): readonly GridEndpoint[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return endpoints.filter((endpoint) => words.every((word) => fits(endpoint, word)));
}

/** Rows in reading order: groups by name, paths by name in them; the paths of closed groups are left out. */
export function gridRows(
  endpoints: readonly GridEndpoint[],
  closedGroups: ReadonlySet<string>,
): readonly GridRow[] {
  const groups = Map.groupBy(endpoints, gridGroup);
  const names = [...groups.keys()].toSorted(byText);
  return names.flatMap((group): readonly GridRow[] => {
    const members = groups.get(group) ?? [];
    const isOpen = !closedGroups.has(group);
    const head: GridRow = { kind: 'group', group, isOpen, cells: members.map(toCell) };
    return isOpen ? [head, ...pathRows(group, members)] : [head];
  });
}

/**
 * Group of an endpoint in the grid. Where the catalogue's group is only a version (`v1`), the next segment of the path
 * says more: `v1/inventory`.
 */
export function gridGroup(endpoint: Pick<GridEndpoint, 'group' | 'path'>): string {
  if (!/^(?:api|v\d+)$/i.test(endpoint.group)) return endpoint.group;
  const segments = endpoint.path.split('/').filter(Boolean);
  const at = segments.indexOf(endpoint.group);
  const next = at < 0 ? undefined : segments[at + 1];
  return next === undefined || /[*{]/.test(next) ? endpoint.group : `${endpoint.group}/${next}`;
}

/** Cells of a row; with a column only that column's. */
export function rowCells(row: GridRow, column: Method | null): readonly Cell[] {
  const cells =
    row.kind === 'group' ? row.cells : [...row.methods.keys()].map((method) => ({ method, path: row.path }));
  return column === null ? cells : cells.filter((cell) => cell.method === column);
}

function pathRows(group: string, members: readonly GridEndpoint[]): readonly GridRow[] {
  const paths = Map.groupBy(members, (endpoint) => endpoint.path);
  return [...paths.keys()].toSorted(byText).map((path) => ({
    kind: 'path',
    group,
    path,
    methods: new Map((paths.get(path) ?? []).map((endpoint) => [endpoint.method, endpoint.summary])),
  }));
}

function toCell(endpoint: GridEndpoint): Cell {
  return { method: endpoint.method, path: endpoint.path };
}

function fits(endpoint: GridEndpoint, word: string): boolean {
  const method = METHODS.find((candidate) => candidate === word.toUpperCase());
  if (method !== undefined) return endpoint.method === method;
  return [endpoint.path, gridGroup(endpoint), endpoint.summary].some((text) =>
    text.toLowerCase().includes(word),
  );
}

function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
