import { useEffect, useRef, useState, type ChangeEvent, type KeyboardEvent } from 'react';
import { parseRequestQuery } from '#contract/request-query.ts';
import { looksLikeKey } from '#renderer/keys/keys-search.ts';
import { completionsAt, type Completion, type CompletionList, type KnownValues } from './query-completion.ts';
import { recentQueries, rememberQuery } from './recent-queries.ts';

/** How long a person stops typing before a query without faults is run. */
const QUIET_MS = 700;

/** What the query bar holds and does: its text, what is wrong with it, what completes it. `onCommit` never gets what could be a key. */
export function useQueryInput(value: string, onCommit: (text: string) => void, known: KnownValues) {
  const input = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  const [caret, setCaret] = useState(value.length);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  if (shown !== value) setShown(value);
  // What is being typed is not overwritten by its own trimmed self.
  if (shown !== value && text.trim() !== value) setText(value);
  const { isKey, isRight, wrong, list, entries } = readBar(text, { caret, isOpen, known });
  const commit = (next: string) => {
    if (looksLikeKey(next)) return;
    rememberQuery(next);
    onCommit(next.trim());
  };
  useQuietCommit(text, value, isRight, onCommit);
  const choose = (entry: Completion) => {
    const { next, place } = completed(text, list, entry);
    setText(next);
    setCaret(place);
    setActive(-1);
    setOpen(entry.isOpen);
    if (!entry.isOpen) commit(next);
    requestAnimationFrame(() => input.current?.setSelectionRange(place, place));
  };
  const handleKey = (event: KeyboardEvent<HTMLInputElement>) => {
    const done = barKey(event.key, isOpen ? entries[active] : undefined, isOpen, {
      choose,
      close: () => setOpen(false),
      commit: () => commit(text),
      step: (by) => {
        setOpen(true);
        // One place more than there are entries: none of them.
        const places = entries.length + 1;
        setActive((before) => ((before + 1 + by + places) % places) - 1);
      },
    });
    if (done) event.preventDefault();
  };
  const follow = () => {
    const element = input.current;
    if (element === null) return;
    setCaret(element.selectionStart ?? element.value.length);
    if (mirror.current !== null) mirror.current.scrollLeft = element.scrollLeft;
  };
  return {
    input,
    mirror,
    text,
    isOpen,
    active,
    entries,
    isKey,
    wrong,
    choose,
    point: setActive,
    clear: () => {
      setText('');
      onCommit('');
      input.current?.focus();
    },
    /** For the input element. */
    handlers: {
      onChange: (event: ChangeEvent<HTMLInputElement>) => {
        setText(event.target.value);
        setCaret(event.target.selectionStart ?? event.target.value.length);
        setActive(-1);
        setOpen(true);
      },
      onSelect: follow,
      onScroll: follow,
      onClick: () => setOpen(true),
      onBlur: () => setOpen(false),
      onKeyDown: handleKey,
    },
  };
}

/** Runs a query without faults a moment after the last key press. */
function useQuietCommit(
  text: string,
  value: string,
  isRight: boolean,
  onCommit: (text: string) => void,
): void {
  useEffect(() => {
    if (!isRight || text.trim() === value) return;
    const timer = setTimeout(() => onCommit(text.trim()), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text, value, isRight, onCommit]);
}

/** The text with an entry in place of the word at the caret, and where the caret goes. */
function completed(
  text: string,
  { start, end }: CompletionList,
  { insert, isOpen }: Completion,
): { readonly next: string; readonly place: number } {
  const behind = text.slice(end);
  const gap = isOpen || behind.startsWith(' ') ? '' : ' ';
  return {
    next: `${text.slice(0, start)}${insert}${gap}${behind}`,
    place: start + insert.length + (isOpen ? 0 : 1),
  };
}

interface BarActions {
  readonly choose: (entry: Completion) => void;
  readonly close: () => void;
  readonly commit: () => void;
  readonly step: (by: number) => void;
}

/** What a key does in the bar; false = nothing of its own. */
function barKey(key: string, chosen: Completion | undefined, isOpen: boolean, actions: BarActions): boolean {
  if ((key === 'Enter' || key === 'Tab') && chosen !== undefined) actions.choose(chosen);
  else if (key === 'Enter') {
    actions.close();
    actions.commit();
  } else if (key === 'Escape' && isOpen) actions.close();
  else if (key === 'ArrowDown' || key === 'ArrowUp') actions.step(key === 'ArrowDown' ? 1 : -1);
  else return false;
  return true;
}

/** What is wrong with the text of the bar, and what completes it. */
function readBar(
  text: string,
  at: { readonly caret: number; readonly isOpen: boolean; readonly known: KnownValues },
) {
  const { caret, isOpen, known } = at;
  const isKey = looksLikeKey(text);
  const tokens = parseRequestQuery(text);
  const wrong = tokens.filter(({ problem, end }) => problem !== null && !(isOpen && end === caret));
  const list = completionsAt(text, caret, known);
  const recents = text === '' ? recentQueries() : [];
  const entries: readonly Completion[] = [
    ...recents.map((recent) => ({ insert: recent, label: recent, detail: 'recent', isOpen: false })),
    ...list.entries,
  ];
  const isRight = !isKey && tokens.every(({ problem }) => problem === null);
  return { isKey, isRight, wrong, list, entries };
}
