import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { isSingleKey, pressOf } from '#renderer/shell/actions/chord.ts';
import { Keycaps } from '#renderer/shell/keycaps.tsx';
import styles from './keyboard.module.css';

/** So long a second key is waited for. */
const SECOND_MS = 1_000;

interface KeyCaptureProps {
  /** Of the action whose shortcut it will be. */
  readonly label: string;
  readonly onKeys: (keys: string) => void;
  readonly onCancel: () => void;
}

/** Takes the next key, or the next two when both type a sign. Esc and leaving it keep what was; Tab leaves it. */
export function KeyCapture({ label, onKeys, onCancel }: KeyCaptureProps) {
  const place = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState<string | null>(null);
  useEffect(() => place.current?.focus(), []);
  useEffect(() => {
    if (first === null) return;
    const timer = setTimeout(() => onKeys(first), SECOND_MS);
    return () => clearTimeout(timer);
  }, [first, onKeys]);
  const handle = (event: KeyboardEvent) => {
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    const press = pressOf(event.nativeEvent);
    if (press === 'escape') onCancel();
    else if (press !== null && first !== null) onKeys(`${first} ${press}`);
    else if (press !== null && isSingleKey(press)) setFirst(press);
    else if (press !== null) onKeys(press);
  };
  return (
    <div
      ref={place}
      role="application"
      aria-label={`Press the new keys of ${label}. Esc keeps the present ones.`}
      tabIndex={0}
      data-captures-keys
      className={styles.capture}
      onKeyDown={handle}
      onBlur={onCancel}
    >
      {first === null ? 'Press the new keys…' : <Keycaps keys={first} />}
    </div>
  );
}
