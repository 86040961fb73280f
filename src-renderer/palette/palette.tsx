import { Dialog as Base } from '@base-ui/react/dialog';
import { useRef } from 'react';
import { PaletteSearch } from './palette-search.tsx';
import styles from './palette.module.css';

interface PaletteProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** One field for everything: keys, partners, requests, settings, and every action that something on screen offers. */
export function Palette({ isOpen, onClose }: PaletteProps) {
  const chosen = useRef<(() => void) | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const choose = (run: () => void) => {
    chosen.current = run;
    onClose();
  };
  return (
    <Base.Root
      open={isOpen}
      onOpenChange={(next) => !next && onClose()}
      onOpenChangeComplete={(next) => {
        if (next) return;
        // After the focus has gone back: what runs may put it elsewhere.
        chosen.current?.();
        chosen.current = null;
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Viewport className={styles.viewport}>
          <Base.Popup className={styles.popup} aria-label="Search and commands" initialFocus={input}>
            <PaletteSearch input={input} onChoose={choose} />
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
