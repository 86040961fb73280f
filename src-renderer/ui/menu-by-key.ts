import type { KeyboardEvent } from 'react';
import type { MenuAnchor } from './menu.tsx';

/** Asks for the menu of the active row when the menu key or Shift+F10 is pressed. False: the key means something else. */
export function menuByKey<Row>(
  event: KeyboardEvent,
  row: Row | undefined,
  rowKey: (row: Row) => string,
  onRowMenu: ((row: Row, at: MenuAnchor) => void) | undefined,
): boolean {
  const isMenuKey = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
  // Keys pressed in a button of the head or of a cell belong to that button.
  if (!isMenuKey || row === undefined || onRowMenu === undefined || event.target !== event.currentTarget)
    return false;
  // Else the browser's own menu would follow.
  event.preventDefault();
  const element = event.currentTarget.querySelector(`[data-key="${CSS.escape(rowKey(row))}"]`);
  if (element !== null) onRowMenu(row, element);
  return true;
}
