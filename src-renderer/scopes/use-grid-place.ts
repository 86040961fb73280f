import { useEffect, useRef, useState, type RefObject } from 'react';
import { insideGrid, type GridPlace, type GridSize } from './grid-focus.ts';

/** The place that has the grid's one tab stop. `moveTo` also focuses it, once its row is drawn; `take` follows a click. */
export function useGridPlace(
  size: GridSize,
  scroller: RefObject<HTMLElement | null>,
): {
  readonly place: GridPlace;
  readonly moveTo: (place: GridPlace) => void;
  readonly take: (place: GridPlace) => void;
} {
  const [wanted, setWanted] = useState<GridPlace>({ row: 0, column: 1 });
  const mustFocus = useRef(false);
  const place = insideGrid(wanted, size);

  // Without dependencies on purpose: a row far away is drawn only some renders after it was asked for.
  useEffect(() => {
    if (!mustFocus.current) return;
    const name = `${String(place.row)}:${String(place.column)}`;
    const target = scroller.current?.querySelector<HTMLElement>(`[data-place="${name}"]`);
    if (target === null || target === undefined) return;
    mustFocus.current = false;
    target.focus({ preventScroll: true });
  });

  return {
    place,
    moveTo: (next) => {
      mustFocus.current = true;
      setWanted(next);
    },
    take: setWanted,
  };
}
