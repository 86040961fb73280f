import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { KeyId } from '#contract/ids.ts';
import type { Output } from '#contract/contract.ts';
import { useIdentifyHashes } from '#renderer/api/commands.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { looksLikeKey } from './keys-search.ts';
import { pastedKeys } from './pasted-keys.ts';
import styles from './keys.module.css';

type Identified = Output<'keys.identify'>;

interface FindKeyProps {
  /** The text the list is filtered by. */
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onFound: (found: Identified) => void;
}

const TYPING_MS = 250;

/** Finds keys by text. A pasted key is hashed here, its hash asked about, and forgotten: it never becomes the filter, and so never part of
 *  the address. */
export function FindKey({ text, onText, onFound }: FindKeyProps) {
  const [typed, setTyped] = useState(text);
  const [shownText, setShownText] = useState(text);
  const identify = useIdentifyHashes();
  if (shownText !== text) {
    // The address changed from elsewhere (back, clear filters).
    setShownText(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => onText(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, text, onText]);

  const change = (value: string) => {
    if (!looksLikeKey(value)) {
      setTyped(value);
      return;
    }
    setTyped('');
    void identify.run(pastedKeys(value)).then((outcome) => {
      if (outcome.ok) onFound(outcome.data);
    });
  };

  return (
    <div className={styles.find}>
      <TextField
        label="Find a key"
        hideLabel
        isSmall
        type="search"
        data-find
        placeholder="Name, partner, tag or a pasted key"
        value={typed}
        onChange={change}
        onPaste={(event) => {
          // Before it becomes part of the field and of what Undo brings back.
          const text = event.clipboardData.getData('text/plain');
          if (!looksLikeKey(text)) return;
          event.preventDefault();
          change(text);
        }}
        suffix={<Search aria-hidden size={16} />}
      />
      <ErrorNote error={identify.error} />
    </div>
  );
}

interface FoundNoteProps {
  readonly found: Identified;
  readonly onShow: (keyId: KeyId) => void;
  readonly onClose: () => void;
}

const SECRET_WORDS = {
  current: 'its current secret',
  retiring: 'its old secret, still valid',
  ended: 'a secret that has ended',
};

/** Says whose key was pasted. */
export function FoundNote({ found, onShow, onClose }: FoundNoteProps) {
  return (
    <div className={styles.found} role="status">
      {found.matches.length === 0 && (
        <span>
          {found.unknownCount > 0
            ? `${counted(found.unknownCount, 'text')} looks like a key of Latchkey but is not known here, or is mistyped.`
            : 'No key of Latchkey in the pasted text.'}
        </span>
      )}
      {found.matches.map((match) => (
        <span key={`${match.keyId}-${String(match.secretVersion)}`}>
          This is <strong>{match.name}</strong>
          {match.secretVersion === null
            ? ' (public part only)'
            : `, secret ${String(match.secretVersion)} of ${String(match.secretCount)}: ${match.secretState === null ? '' : SECRET_WORDS[match.secretState]}`}
          . <Button onClick={() => onShow(match.keyId)}>Show key</Button>
        </span>
      ))}
      <Button variant="quiet" onClick={onClose}>
        Dismiss
      </Button>
    </div>
  );
}
