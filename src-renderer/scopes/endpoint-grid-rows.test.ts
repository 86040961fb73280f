import { describe, expect, it } from 'vitest';
import {
  gridColumns,
  gridGroup,
  gridRows,
  rowCells,
  searchEndpoints,
  type GridEndpoint,
} from './endpoint-grid-rows.ts';

describe('grid rows', () => {
  const endpoints: GridEndpoint[] = [
    { method: 'GET', path: '/offers', group: 'offers', summary: 'List offers' },
    { method: 'POST', path: '/offers', group: 'offers', summary: 'Create an offer' },
    { method: 'GET', path: '/inventory/{id}', group: 'inventory', summary: '' },
    { method: 'HEAD', path: '/inventory/{id}', group: 'inventory', summary: '' },
  ];

  it('has one row per path under its group and only the columns it needs', () => {
    const rows = gridRows(endpoints, new Set());
    expect(rows.map((row) => (row.kind === 'group' ? row.group : row.path))).toEqual([
      'inventory',
      '/inventory/{id}',
      'offers',
      '/offers',
    ]);
    expect(gridColumns(endpoints)).toEqual(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']);
  });

  it('groups by what follows the version where the catalogue only knows the version', () => {
    expect(gridGroup({ group: 'v1', path: '/v1/inventory/{id}' })).toBe('v1/inventory');
    expect(gridGroup({ group: 'v1', path: '/v1/{id}' })).toBe('v1');
    expect(gridGroup({ group: 'Stock', path: '/v1/inventory' })).toBe('Stock');
  });

  it('hides the paths of a closed group but keeps its cells', () => {
    const rows = gridRows(endpoints, new Set(['offers']));
    const offers = rows.find((row) => row.group === 'offers');
    expect(rows).toHaveLength(3);
    expect(offers === undefined ? [] : rowCells(offers, null)).toHaveLength(2);
    expect(offers === undefined ? [] : rowCells(offers, 'POST')).toEqual([
      { method: 'POST', path: '/offers' },
    ]);
  });

  it('searches both axes: a method word keeps only that method', () => {
    expect(searchEndpoints(endpoints, 'post off')).toEqual([endpoints[1]]);
    expect(searchEndpoints(endpoints, 'list')).toEqual([endpoints[0]]);
  });
});
