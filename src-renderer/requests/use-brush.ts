import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Picked } from './histogram-columns.ts';

/** Choosing a stretch of columns by dragging, or by keys: arrows move, Shift and arrows extend, Enter chooses, Esc lets go. */
export interface Brush {
  readonly picked: Picked | null;
  readonly isDragging: boolean;
  /** The column that keys move from. */
  readonly place: number;
  readonly apply: (picked: Picked) => void;
  /** For the element that the columns fill. */
  readonly handlers: {
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onBlur: () => void;
    readonly onPointerDown: (event: PointerEvent<Element>) => void;
    readonly onPointerMove: (event: PointerEvent<Element>) => void;
    readonly onPointerUp: () => void;
    readonly onPointerCancel: () => void;
  };
}

/** A brush over `length` columns. */
export function useBrush(length: number, onPicked: (picked: Picked) => void): Brush {
  const [picked, setPicked] = useState<Picked | null>(null);
  const [isDragging, setDragging] = useState(false);
  const last = length - 1;
  const place = Math.min(picked?.head ?? last, last);
  const clamp = (column: number) => Math.max(0, Math.min(last, column));
  const apply = (range: Picked) => {
    setPicked(null);
    onPicked(range);
  };
  const letGo = () => {
    setDragging(false);
    setPicked(null);
  };
  const columnAt = (event: PointerEvent<Element>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return clamp(Math.floor(((event.clientX - box.left) / box.width) * length));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -length, End: length }[event.key];
    if (step !== undefined) {
      const head = clamp(place + step);
      setPicked({ anchor: event.shiftKey ? (picked?.anchor ?? place) : head, head });
    } else if (event.key === 'Enter' && picked !== null) apply(picked);
    else if (event.key === 'Escape' && picked !== null) setPicked(null);
    else return;
    event.preventDefault();
  };
  return {
    picked,
    isDragging,
    place,
    apply,
    handlers: {
      onKeyDown,
      onBlur: letGo,
      onPointerDown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = columnAt(event);
        setDragging(true);
        setPicked({ anchor: at, head: at });
      },
      onPointerMove: (event) => {
        if (isDragging) setPicked((before) => ({ anchor: before?.anchor ?? 0, head: columnAt(event) }));
      },
      onPointerUp: () => {
        setDragging(false);
        if (picked !== null) apply(picked);
      },
      onPointerCancel: letGo,
    },
  };
}
