import { useEffect, useState } from 'react';
import { looksLikeKey } from '#renderer/keys/keys-search.ts';
import { TextField } from '#renderer/ui/text-field.tsx';

interface DebouncedFieldProps {
  readonly label: string;
  readonly value: string;
  /** Called with the trimmed text, a moment after the last key press or at once on Enter. */
  readonly onChange: (text: string) => void;
  readonly className?: string | undefined;
}

const QUIET_MS = 350;

/** A text filter that waits until the person stops typing. What looks like a key never goes on: it would land in the address. */
export function DebouncedField({ label, value, onChange, className }: DebouncedFieldProps) {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setText(value);
  }
  const isKey = looksLikeKey(text);
  const trimmed = text.trim();
  useEffect(() => {
    if (isKey || trimmed === value) return;
    const timer = setTimeout(() => onChange(trimmed), QUIET_MS);
    return () => clearTimeout(timer);
  }, [trimmed, value, isKey, onChange]);
  return (
    <TextField
      label={label}
      hideLabel
      isSmall
      isMono
      type="search"
      placeholder={label}
      value={text}
      onChange={setText}
      className={className}
      error={isKey ? 'That looks like a key. Use “Identify” on the keys page instead.' : undefined}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !isKey) onChange(trimmed);
      }}
    />
  );
}
