import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insideGrid, movedPlace } from './grid-focus.ts';

describe('places in the grid', () => {
  const size = { rowCount: 5, columnCount: 3 };
  const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End'];

  it('never leaves the grid, whatever keys are pressed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...keys), fc.boolean())), (presses) => {
        let place = { row: 2, column: 1 };
        for (const [key, isControl] of presses) place = movedPlace(key, isControl, place, size) ?? place;
        expect(insideGrid(place, size)).toEqual(place);
      }),
    );
  });

  it('goes to the ends of the row, and with Ctrl of the grid', () => {
    expect(movedPlace('End', false, { row: 2, column: 0 }, size)).toEqual({ row: 2, column: 2 });
    expect(movedPlace('End', true, { row: 2, column: 0 }, size)).toEqual({ row: 4, column: 2 });
    expect(movedPlace('Home', true, { row: 2, column: 2 }, size)).toEqual({ row: 0, column: 0 });
    expect(movedPlace('x', false, { row: 2, column: 2 }, size)).toBeNull();
  });
});
