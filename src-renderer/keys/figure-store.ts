import { useSyncExternalStore } from 'react';
import type { Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';

/** Figures of keys as they arrive. A cell hears of its own key alone, so that figures of others draw no row again. */
export class FigureStore<Figure extends { readonly keyId: KeyId }> {
  readonly #byKey = new Map<KeyId, Figure>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  get(keyId: KeyId): Figure | undefined {
    return this.#byKey.get(keyId);
  }

  /** Takes over figures; what is the same as before is left as it is. */
  put(figures: readonly Figure[]): void {
    for (const figure of figures) {
      const known = this.#byKey.get(figure.keyId);
      if (known === undefined || JSON.stringify(known) !== JSON.stringify(figure)) {
        this.#byKey.set(figure.keyId, figure);
      }
    }
    for (const listener of this.#listeners) listener();
  }
}

/** The figures of the list, each kind with a store of its own. */
export interface KeyFigures {
  /** What the last 24 hours brought. */
  readonly usage: FigureStore<Output<'usage.byKey'>[number]>;
  readonly limits: FigureStore<Output<'keys.tightestLimits'>[number]>;
  readonly callers: FigureStore<Output<'hygiene.callers'>[number]>;
}

/** The figure of one key; undefined while it is not known. */
export function useFigure<Figure extends { readonly keyId: KeyId }>(
  store: FigureStore<Figure>,
  keyId: KeyId,
): Figure | undefined {
  return useSyncExternalStore(store.subscribe, () => store.get(keyId));
}
