import { Search, X } from 'lucide-react';
import { useId } from 'react';
import { parseRequestQuery } from '#contract/request-query.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { CompletionPopup } from './completion-popup.tsx';
import type { KnownValues } from './query-completion.ts';
import styles from './query-bar.module.css';
import { useQueryInput } from './use-query-input.ts';

interface QueryBarProps {
  /** The query that the address holds. */
  readonly value: string;
  /** Called on Enter, on choosing a value, and a moment after the last key press; never with what could be a key. */
  readonly onCommit: (text: string) => void;
  readonly known: KnownValues;
}

const KEY_PROBLEM =
  'That looks like a key. It is not sent anywhere; use “Find a key” on the keys page to identify it.';

/** Filters as one line of tokens, with completion. A token that means nothing is underlined and told; the others hold. */
export function QueryBar({ value, onCommit, known }: QueryBarProps) {
  const id = useId();
  const bar = useQueryInput(value, onCommit, known);
  const { input, mirror, text, isOpen, active, entries, isKey, wrong } = bar;
  const problemId = wrong.length > 0 || isKey ? `${id}-problem` : undefined;
  return (
    <div className={styles.bar}>
      <div className={styles.frame} data-invalid={problemId !== undefined || undefined}>
        <Search aria-hidden size={14} className={styles.icon} />
        <div className={styles.line}>
          <div ref={mirror} className={styles.mirror} aria-hidden>
            <Underlined text={text} isAllWrong={isKey} />
          </div>
          <input
            ref={input}
            role="combobox"
            aria-label="Filter requests"
            aria-expanded={isOpen && entries.length > 0}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && active >= 0 ? `${id}-${String(active)}` : undefined}
            aria-describedby={problemId}
            aria-invalid={problemId !== undefined || undefined}
            data-find
            className={styles.input}
            placeholder="Filter: key: status:>=500 -path:/health ms:>200 since:2h"
            autoComplete="off"
            spellCheck={false}
            maxLength={2_000}
            value={text}
            {...bar.handlers}
          />
        </div>
        {text !== '' && <IconButton label="Clear filters" icon={<X aria-hidden />} onClick={bar.clear} />}
      </div>
      {isOpen && entries.length > 0 && (
        <CompletionPopup
          id={id}
          entries={entries}
          active={active}
          onChoose={bar.choose}
          onPoint={bar.point}
        />
      )}
      <div role="status" className={classNames(styles.problems)} id={`${id}-problem`}>
        {isKey
          ? KEY_PROBLEM
          : wrong.map(({ start, end, problem }) => (
              <p key={start}>
                <code>{text.slice(start, end)}</code> {problem}
              </p>
            ))}
      </div>
    </div>
  );
}

function Underlined({ text, isAllWrong }: { readonly text: string; readonly isAllWrong: boolean }) {
  if (isAllWrong) return <span className={styles.wrong}>{text}</span>;
  const parts: { readonly at: number; readonly text: string; readonly isWrong: boolean }[] = [];
  let at = 0;
  for (const { start, end, problem } of parseRequestQuery(text)) {
    parts.push({ at, text: text.slice(at, start), isWrong: false });
    parts.push({ at: start, text: text.slice(start, end), isWrong: problem !== null });
    at = end;
  }
  parts.push({ at, text: text.slice(at), isWrong: false });
  return parts.map((part, index) => (
    <span key={`${String(part.at)} ${String(index)}`} className={part.isWrong ? styles.wrong : undefined}>
      {part.text}
    </span>
  ));
}
