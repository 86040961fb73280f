import type { PathPattern } from './rule-tree.ts';

/** Is there a path that both patterns match? */
export function patternsMeet(one: PathPattern, other: PathPattern): boolean {
  const shorter = one.segments.length <= other.segments.length ? one : other;
  const longer = shorter === one ? other : one;
  if (!shorter.segments.every((segment, index) => segmentsMeet(segment, longer.segments[index] ?? null))) {
    return false;
  }
  // `/a/**` wants at least one more segment, so it does not meet `/a`.
  if (longer.segments.length > shorter.segments.length) return shorter.takesRest;
  return shorter.takesRest === longer.takesRest;
}

/** Does `wide` match every path that `narrow` matches? */
export function patternCovers(wide: PathPattern, narrow: PathPattern): boolean {
  const hasAll = wide.segments.every((segment, index) => {
    const inner = narrow.segments[index];
    if (inner === undefined) return false;
    return segment === null ? inner !== '' : segment === inner;
  });
  if (!hasAll) return false;
  if (wide.takesRest) return narrow.takesRest || narrow.segments.length > wide.segments.length;
  return !narrow.takesRest && narrow.segments.length === wide.segments.length;
}

function segmentsMeet(one: string | null, other: string | null): boolean {
  if (one === null) return other !== '';
  return other === null ? one !== '' : one === other;
}
