import type { Rule } from '#contract/scopes.ts';
import { cellState, commonState, type Cell } from './cell-rules.ts';
import { ruleLine } from './rule-text.ts';
import { endpointVerdict, type ReadyRules, type SourcedRule } from './rule-verdict.ts';

/** Marks a cell can wear: set here (filled), the effect of other rules (outlined), or nothing. */
export type CellMarkName =
  'allow' | 'deny' | 'mixed' | 'reachedAllow' | 'reachedDeny' | 'reachedPartly' | 'none';

/** How a cell looks and what it says. */
export interface CellLook {
  readonly mark: CellMarkName;
  readonly checked: boolean | 'mixed';
  /** For ears and as tooltip: `GET /offers: allowed by scope offers:read (GET /offers/**)`. */
  readonly label: string;
}

/** Look of one endpoint's cell: its own state first, else what all rules together say about it. */
export function cellLook(own: readonly Rule[], all: ReadyRules, cell: Cell, summary: string): CellLook {
  const name = `${cell.method} ${cell.path}${summary === '' ? '' : ` (${summary})`}`;
  const state = cellState(own, cell);
  const verdict = endpointVerdict(all, cell);
  if (state === 'deny') return { mark: 'deny', checked: false, label: `${name}: denied here` };
  if (state === 'allow') {
    const isOverruled = verdict.outcome === 'denied';
    const overruled = isOverruled ? `, but ${sourceText(verdict.by)} denies it: deny wins` : '';
    return {
      mark: isOverruled ? 'reachedDeny' : 'allow',
      checked: !isOverruled,
      label: `${name}: allowed here${overruled}`,
    };
  }
  switch (verdict.outcome) {
    case 'allowed':
      return { mark: 'reachedAllow', checked: true, label: `${name}: allowed by ${sourceText(verdict.by)}` };
    case 'partly':
      return {
        mark: 'reachedPartly',
        checked: 'mixed',
        label: `${name}: only some paths allowed, because of ${sourceText(verdict.by)}`,
      };
    case 'denied':
      return verdict.by === null
        ? { mark: 'none', checked: false, label: `${name}: not set, refused` }
        : { mark: 'reachedDeny', checked: false, label: `${name}: denied by ${sourceText(verdict.by)}` };
  }
}

/** Look of a group's cell: what is set here for its endpoints of one method, else what all rules say about them. */
export function groupLook(
  own: readonly Rule[],
  all: ReadyRules,
  cells: readonly Cell[],
  group: string,
): CellLook {
  const state = commonState(own, cells);
  const method = cells[0]?.method ?? '';
  const name = `${method} of ${group}, ${String(cells.length)} ${cells.length === 1 ? 'endpoint' : 'endpoints'}`;
  switch (state) {
    case 'mixed':
      return { mark: 'mixed', checked: 'mixed', label: `${name}: mixed` };
    case 'allow':
      return { mark: 'allow', checked: true, label: `${name}: all allowed here` };
    case 'deny':
      return { mark: 'deny', checked: false, label: `${name}: all denied here` };
    case 'unset':
      return reachedGroupLook(all, cells, name);
  }
}

function reachedGroupLook(all: ReadyRules, cells: readonly Cell[], name: string): CellLook {
  const verdicts = cells.map((cell) => endpointVerdict(all, cell));
  const allowed = verdicts.filter((verdict) => verdict.outcome === 'allowed').length;
  if (allowed === cells.length)
    return { mark: 'reachedAllow', checked: true, label: `${name}: all allowed by rules` };
  if (verdicts.some((verdict) => verdict.outcome !== 'denied')) {
    return { mark: 'reachedPartly', checked: 'mixed', label: `${name}: ${String(allowed)} allowed by rules` };
  }
  return verdicts.every((verdict) => verdict.by !== null)
    ? { mark: 'reachedDeny', checked: false, label: `${name}: all denied by rules` }
    : { mark: 'none', checked: false, label: `${name}: not set, refused` };
}

/** `scope offers:read (GET /offers/**)` or `own rule deny DELETE /v1/**`. */
function sourceText(sourced: SourcedRule | null): string {
  if (sourced === null) return 'the default';
  const line = ruleLine(sourced.rule);
  return sourced.scopeName === null ? `own rule ${line}` : `scope ${sourced.scopeName} (${line})`;
}
