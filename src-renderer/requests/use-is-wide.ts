import { useEffect, useRef, useState, type RefObject } from 'react';

/** Is an element at least so many px wide? */
export function useIsWide(fromPx: number): {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly isWide: boolean;
} {
  const ref = useRef<HTMLDivElement>(null);
  const [isWide, setWide] = useState(true);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWide(entry.contentRect.width >= fromPx);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [fromPx]);
  return { ref, isWide };
}
