import { hasCommandKey } from './actions/actions-provider.tsx';
import { keycapsOf } from './actions/chord.ts';
import styles from './keycaps.module.css';

/** Keycaps of a shortcut. */
export function Keycaps({ keys }: { readonly keys: string }) {
  return (
    <span className={styles.keys}>
      {keycapsOf(keys, hasCommandKey()).map((caps, press) => (
        <span key={String(press)} className={styles.press}>
          {caps.map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}
        </span>
      ))}
    </span>
  );
}
