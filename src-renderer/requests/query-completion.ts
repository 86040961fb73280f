import { findQueryField, QUERY_FIELDS } from '#contract/query-fields.ts';
import { quoteValue, splitQuery } from '#contract/query-words.ts';

/** One entry of the completion list. */
export interface Completion {
  /** What stands for the word once it is chosen. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
  /** A field whose value is still to be typed: the list stays open. */
  readonly isOpen: boolean;
}

/** Values that are known of fields without fixed choices; `insert` is what is typed for one. */
export type KnownValues = Readonly<
  Partial<Record<string, readonly { readonly insert: string; readonly label: string }[]>>
>;

/** What completion offers at a place of a text: entries for the word that ends there, and the part of the text they replace. */
export interface CompletionList {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly Completion[];
}

const ENTRIES_MAX = 12;

/** Completes the word that the caret stands in or behind: names of fields, then their values. */
export function completionsAt(text: string, caret: number, known: KnownValues): CompletionList {
  const word = splitQuery(text).find(({ start, end }) => start < caret && caret <= end);
  const start = word?.start ?? caret;
  const end = word?.end ?? caret;
  const typed = text.slice(start, caret);
  const isNegated = typed.startsWith('-');
  const sign = isNegated ? '-' : '';
  const plain = isNegated ? typed.slice(1) : typed;
  const colon = /^([A-Za-z]+):/.exec(plain);
  const entries =
    colon === null
      ? fieldEntries(plain.toLowerCase(), sign)
      : valueEntries((colon[1] ?? '').toLowerCase(), plain.slice(colon[0].length), sign, known);
  return { start, end, entries: entries.slice(0, ENTRIES_MAX) };
}

function fieldEntries(typed: string, sign: string): readonly Completion[] {
  return QUERY_FIELDS.filter((field) => field.name.startsWith(typed)).map((field) => ({
    insert: `${sign}${field.name}:`,
    label: `${field.name}:`,
    detail: `${field.help} · ${field.example}`,
    isOpen: true,
  }));
}

function valueEntries(name: string, typed: string, sign: string, known: KnownValues): readonly Completion[] {
  const field = findQueryField(name);
  if (field === undefined) return [];
  const comma = typed.lastIndexOf(',');
  const before = typed.slice(0, comma + 1);
  const part = typed
    .slice(comma + 1)
    .replace(/^"/, '')
    .toLowerCase();
  const values = [
    ...(field.choices ?? []).map((choice) => ({ insert: choice, label: choice })),
    ...(known[field.name] ?? []),
  ];
  return values
    .filter(
      ({ insert, label }) =>
        `${insert} ${label}`.toLowerCase().includes(part) && insert.toLowerCase() !== part,
    )
    .map(({ insert, label }) => ({
      // Comparisons begin with a sign that quotes would hide.
      insert: `${sign}${field.name}:${before}${/^[<>]/.test(insert) ? insert : quoteValue(insert)}`,
      label,
      detail: label === insert ? '' : insert,
      isOpen: false,
    }));
}
