import { Search } from 'lucide-react';
import { useEffect, useId, useState, type KeyboardEvent, type RefObject } from 'react';
import { counted } from '#renderer/format/numbers.ts';
import { looksLikeKey } from '#renderer/keys/keys-search.ts';
import type { PaletteEntry, PaletteGroup } from './palette-entry.ts';
import { PaletteResults } from './palette-results.tsx';
import styles from './palette.module.css';
import { recentIds, rememberChoice } from './recent.ts';
import { REACHES, readTyped } from './typed.ts';
import { usePaletteGroups } from './use-palette-groups.ts';
import { usePastedKey } from './use-pasted-key.ts';

/** Lines that a page key moves by. */
const PAGE_LINES = 8;
/** A person who types on is told nothing in between. */
const ANNOUNCE_MS = 400;

interface PaletteSearchProps {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onChoose: (run: () => void) => void;
}

/** The field and what it finds: a combobox whose list is always open. */
export function PaletteSearch({ input, onChoose }: PaletteSearchProps) {
  const id = useId();
  const [value, setValue] = useState('');
  const [activeId, setActiveId] = useState<string | null>(null);
  const [recent] = useState(recentIds);
  const pasted = usePastedKey();
  const found = usePaletteGroups(readTyped(value), recent);
  const groups = pasted.group === null ? found : [pasted.group];
  const entries = groups.flatMap((group) => group.entries);
  const active = entries.find((entry) => entry.id === activeId) ?? entries[0];

  const change = (next: string) => {
    const isKey = looksLikeKey(next);
    setValue(isKey ? '' : next);
    setActiveId(null);
    if (isKey) pasted.ask(next);
    else pasted.forget();
  };
  const choose = (entry: PaletteEntry) => {
    if (entry.disabledReason !== undefined) return;
    rememberChoice(entry.id);
    onChoose(entry.run);
  };
  const handleKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = STEPS[event.key];
    if (event.key === 'Enter' && active !== undefined) choose(active);
    else if (step !== undefined && active !== undefined)
      setActiveId(movedTo(entries, entries.indexOf(active), step)?.id ?? null);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className={styles.field}>
        <Search aria-hidden />
        <input
          ref={input}
          role="combobox"
          aria-label="Search keys, partners, requests, commands"
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={`${id}-list`}
          aria-activedescendant={active === undefined ? undefined : `${id}-${active.id}`}
          placeholder="Search keys, partners, requests, commands, or paste a key"
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => change(event.target.value)}
          onPaste={(event) => {
            const text = event.clipboardData.getData('text');
            if (!looksLikeKey(text)) return;
            // Not even the field's own undo list gets to see it.
            event.preventDefault();
            change(text);
          }}
          onKeyDown={handleKey}
        />
      </div>
      <PaletteResults
        id={id}
        groups={groups}
        active={active}
        isFiltered={value.trim() !== ''}
        onPoint={(entry) => setActiveId(entry.id)}
        onChoose={choose}
      />
      <Announcement groups={groups} count={entries.length} />
      <p className={styles.hints} aria-hidden>
        {REACHES.map(({ sign, word }) => (
          <span key={sign}>
            <kbd>{sign}</kbd> {word}
          </span>
        ))}
      </p>
    </>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE_LINES,
  PageUp: -PAGE_LINES,
};

/** Single steps go round; page steps stop at the ends. */
function movedTo(entries: readonly PaletteEntry[], from: number, step: number): PaletteEntry | undefined {
  if (Math.abs(step) === 1) return entries.at((from + step) % entries.length);
  return entries[Math.max(0, Math.min(entries.length - 1, from + step))];
}

function Announcement({
  groups,
  count,
}: {
  readonly groups: readonly PaletteGroup[];
  readonly count: number;
}) {
  const words =
    count === 0
      ? (groups.find((group) => group.note !== undefined)?.note ?? 'Nothing found.')
      : `${counted(count, 'result')} in ${groups.map(({ title }) => title).join(', ')}`;
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(words), ANNOUNCE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  );
}
