/** One measured figure beside its target. */
export interface Figure {
  /** Target of the design: P1 to P10, or SCREENS for the budgets of the screens. */
  readonly id: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** null = shown for reading, not held to a target. */
  readonly target: { readonly is: 'at least' | 'at most'; readonly value: number } | null;
  /** The reference of the same run, or what stands behind the value. */
  readonly beside: string;
}

/** Does a figure hold its target? null when it has none. */
export function holds({ target, value }: Figure): boolean | null {
  if (target === null) return null;
  return target.is === 'at least' ? value >= target.value : value <= target.value;
}

/** At least `value`, in the words of the table. */
export const atLeast = (value: number): Figure['target'] => ({ is: 'at least', value });
/** At most `value`. */
export const atMost = (value: number): Figure['target'] => ({ is: 'at most', value });

/** The figures as a table in Markdown, in columns as prettier sets them: the README takes it as it is. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const target = figure.target === null ? '' : `${figure.target.is} ${shown(figure.target.value)}`;
    const verdict = { true: 'yes', false: 'NO', null: '' }[String(holds(figure))] ?? '';
    return [
      figure.id,
      figure.what,
      `${shown(figure.value)} ${figure.unit}`.trim(),
      target,
      verdict,
      figure.beside,
    ];
  });
  const heads = ['id', 'figure', 'measured', 'target', 'met', 'beside'];
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return [heads, widths.map((width) => '-'.repeat(width)), ...rows]
    .map((cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    .join('\n');
}

function shown(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en');
  if (Math.abs(value) >= 10) return String(Math.round(value * 10) / 10);
  return String(Math.round(value * 100) / 100);
}
