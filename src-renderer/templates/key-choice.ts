import type { KeyId } from '#contract/ids.ts';
import type { TemplateKey } from '#contract/templates.ts';

/** Which of the keys that differ are meant: all but some, or some. Thousands need not be loaded to be chosen. */
export interface KeyChoice {
  readonly isAll: boolean;
  /** Left out of all, or chosen. */
  readonly named: ReadonlySet<KeyId>;
}

export const NOTHING_CHOSEN: KeyChoice = { isAll: false, named: new Set() };
export const ALL_CHOSEN: KeyChoice = { isAll: true, named: new Set() };

/** Is a key chosen? One that does not differ never is. */
export function isChosen({ isAll, named }: KeyChoice, { keyId, drift }: TemplateKey): boolean {
  return drift.length > 0 && isAll !== named.has(keyId);
}

/** The choice with some keys chosen or no longer. */
export function withKeys(choice: KeyChoice, keys: readonly TemplateKey[], chosen: boolean): KeyChoice {
  const named = new Set(choice.named);
  for (const { keyId, drift } of keys) {
    if (drift.length === 0) continue;
    if (choice.isAll === chosen) named.delete(keyId);
    else named.add(keyId);
  }
  return { ...choice, named };
}

/** How many of the keys that differ are chosen. */
export function chosenCount({ isAll, named }: KeyChoice, differing: number): number {
  return isAll ? Math.max(0, differing - named.size) : named.size;
}
