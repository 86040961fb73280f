import { useSyncExternalStore } from 'react';
import type { Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';

/** What the last 24 hours brought one key. */
export type KeyUsage = Output<'usage.byKey'>[number];

/** Figures of keys as they arrive. A cell hears of its own key alone, so that figures of others draw no row again. */
export class UsageStore {
  readonly #byKey = new Map<KeyId, KeyUsage>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  get(keyId: KeyId): KeyUsage | undefined {
    return this.#byKey.get(keyId);
  }

  /** Takes over figures; what is the same as before is left as it is. */
  put(usage: Output<'usage.byKey'>): void {
    for (const entry of usage) {
      const known = this.#byKey.get(entry.keyId);
      if (known === undefined || JSON.stringify(known) !== JSON.stringify(entry)) {
        this.#byKey.set(entry.keyId, entry);
      }
    }
    for (const listener of this.#listeners) listener();
  }
}

/** Figures of one key; undefined while they are not known. */
export function useKeyUsage(store: UsageStore, keyId: KeyId): KeyUsage | undefined {
  return useSyncExternalStore(store.subscribe, () => store.get(keyId));
}
