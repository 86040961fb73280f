import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { countdown } from '#renderer/format/durations.ts';
import { Button } from '#renderer/ui/button.tsx';
import styles from './dialogs.module.css';

interface CopySecretProps {
  readonly secret: string;
  /** What the button does; default "Copy key". */
  readonly label?: string;
  readonly clearAfterMs: number;
  /** The clipboard cannot be used: show the secret so that it can be selected. */
  readonly onRefused: () => void;
}

const EXTENDED_MS = 120_000;
/** The remaining time is read out from here on. */
const LAST_CALL_MS = 10_000;

type CopyState =
  | { readonly kind: 'idle' | 'refused' | 'cleared' | 'notCleared' }
  | { readonly kind: 'copied'; readonly untilMs: number; readonly isExtended: boolean };

/** Copies the secret and takes it off the clipboard again after a while. */
export function CopySecret({ secret, label = 'Copy key', clearAfterMs, onRefused }: CopySecretProps) {
  const desktop = useDesktop();
  const [state, setState] = useState<CopyState>({ kind: 'idle' });
  const copy = async (afterMs: number, isExtended: boolean) => {
    if (await desktop.copySecret(secret, afterMs)) {
      setState({ kind: 'copied', untilMs: nowMs() + afterMs, isExtended });
    } else {
      setState({ kind: 'refused' });
      onRefused();
    }
  };
  return (
    <div className={styles.row}>
      <Button icon={<Copy aria-hidden />} onClick={() => void copy(clearAfterMs, false)}>
        {label}
      </Button>
      {state.kind === 'copied' && (
        <Counting
          untilMs={state.untilMs}
          canExtend={!state.isExtended}
          onExtend={() => void copy(EXTENDED_MS, true)}
          onClear={() =>
            void desktop.clearSecret().then((isSure) => setState({ kind: isSure ? 'cleared' : 'notCleared' }))
          }
        />
      )}
      <span role="status" className={styles.hint}>
        {state.kind === 'cleared' && 'The clipboard no longer holds the key.'}
        {state.kind === 'notCleared' &&
          'The browser does not let Latchkey look at the clipboard. Copy something else over the key.'}
        {state.kind === 'refused' &&
          'The clipboard refused. The key is shown above: select it and copy it by hand.'}
      </span>
    </div>
  );
}

interface CountingProps {
  readonly untilMs: number;
  readonly canExtend: boolean;
  readonly onExtend: () => void;
  readonly onClear: () => void;
}

function Counting({ untilMs, canExtend, onExtend, onClear }: CountingProps) {
  const leftMs = untilMs - useNow(1_000);
  if (leftMs <= 0) {
    return (
      <span role="status" className={styles.hint}>
        The time is over: the clipboard is cleared if it still held the key.
      </span>
    );
  }
  return (
    <>
      <span>Copied. Clipboard clears in {countdown(leftMs - 500)}</span>
      {/* Read out once at the start and once near the end, not every second. */}
      <span className="visually-hidden" role="status">
        {leftMs <= LAST_CALL_MS
          ? 'The clipboard clears in less than 10 seconds.'
          : 'Copied. The clipboard is cleared in a while.'}
      </span>
      <Button variant="quiet" onClick={onClear}>
        Clear now
      </Button>
      {canExtend && (
        <Button variant="quiet" onClick={onExtend}>
          Keep 2 min
        </Button>
      )}
    </>
  );
}
