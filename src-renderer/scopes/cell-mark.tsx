import type { CellMarkName } from './cell-look.ts';

/** Not set here: the effect of another rule. */
const REACHED_FRAME = (
  <rect
    x="1.5"
    y="1.5"
    width="15"
    height="15"
    rx="2"
    fill="none"
    stroke="var(--line-strong)"
    strokeDasharray="2 2"
  />
);

const MARKS = {
  allow: (
    <>
      <rect x="1" y="1" width="16" height="16" rx="2" fill="var(--accent)" />
      <path d="m5 9.2 2.8 2.8L13 6.4" fill="none" stroke="var(--on-accent)" strokeWidth="2" />
    </>
  ),
  deny: (
    <>
      <rect x="1" y="1" width="16" height="16" rx="2" fill="var(--danger)" />
      <path d="m5.5 5.5 7 7m0-7-7 7" fill="none" stroke="var(--surface)" strokeWidth="2" />
    </>
  ),
  mixed: (
    <>
      <rect x="1.5" y="1.5" width="15" height="15" rx="2" fill="none" stroke="var(--accent)" />
      <path d="M5 9h8" fill="none" stroke="var(--accent)" strokeWidth="2.5" />
    </>
  ),
  reachedAllow: (
    <>
      {REACHED_FRAME}
      <path d="m5 9.2 2.8 2.8L13 6.4" fill="none" stroke="var(--accent)" strokeWidth="2" />
    </>
  ),
  reachedDeny: (
    <>
      {REACHED_FRAME}
      <path d="m5.5 5.5 7 7m0-7-7 7" fill="none" stroke="var(--danger)" strokeWidth="2" />
    </>
  ),
  reachedPartly: (
    <>
      {REACHED_FRAME}
      <path d="M4.5 13.5 13.5 4.5" fill="none" stroke="var(--accent)" strokeWidth="2" />
    </>
  ),
  none: <rect x="1.5" y="1.5" width="15" height="15" rx="2" fill="none" stroke="var(--line-strong)" />,
} as const satisfies Record<CellMarkName, unknown>;

/** The mark of a grid cell, 18 px: filled = set here, dashed frame = the effect of another rule. */
export function CellMark({ name }: { readonly name: CellMarkName }) {
  return (
    <svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true" focusable="false" data-mark={name}>
      {MARKS[name]}
    </svg>
  );
}
