import { bittingDepths } from './bitting.ts';

/** A key's teeth, drawn from its id: the same id looks the same wherever it appears. Decoration beside a name. */
export function BittingGlyph({ keyId, size = 20 }: { readonly keyId: string; readonly size?: number }) {
  const depths = bittingDepths(keyId);
  const outline = depths.map((depth, cut) => `L${String(1 + cut * 3)} ${String(13 - depth * 2)}h3`).join('');
  return (
    <svg
      viewBox="0 0 20 16"
      width={size}
      height={size * 0.8}
      aria-hidden
      focusable="false"
      data-testid="bitting-glyph"
      data-depths={depths.join('')}
      style={{ flex: 'none', color: 'var(--ink-2)' }}
    >
      <path d={`M1 2h18v11h0${outline}L19 13V2z`} fill="none" />
      <path d={`M1 2${outline}L19 2z`} fill="currentColor" />
    </svg>
  );
}
