import { setImmediate as nextTurn } from 'node:timers/promises';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import { PEPPER_KEYS_MAX, type PepperStatus } from '#contract/peppers.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Keys of one turn: verification waits meanwhile, some 1 µs a key. */
const SLICE_KEYS = 2_000;

/** What is kept under retired peppers: names of keys by their ids, and names of tokens, by the version of the pepper. */
export interface KeptUnder {
  readonly keys: ReadonlyMap<number, ReadonlyMap<KeyId, string>>;
  readonly tokens: ReadonlyMap<number, readonly string[]>;
}

/** Looks at every key, giving way to verifications in between; at none while no pepper is retired. */
export async function keptUnder({ db, keyring, nowMs }: UseCaseContext): Promise<KeptUnder> {
  const { current, retired } = keyring.peppers;
  const keys = new Map(retired.map(({ version }) => [version, new Map<KeyId, string>()]));
  const tokens = new Map(retired.map(({ version }): [number, string[]] => [version, []]));
  if (retired.length === 0) return { keys, tokens };
  const asked = { currentVersion: current.version, nowMs };
  for (let afterId = '', ids = db.keys.idsAfter('', SLICE_KEYS); ids.length > 0;) {
    const toId = ids.at(-1) ?? '';
    for (const { keyId, keyName, pepperVersion } of db.peppers.secretsOf({ ...asked, afterId, toId })) {
      keys.get(pepperVersion)?.set(keyId, keyName);
    }
    afterId = toId;
    await nextTurn();
    ids = db.keys.idsAfter(afterId, SLICE_KEYS);
  }
  for (const { name, pepperVersion } of db.peppers.tokensOf(asked)) tokens.get(pepperVersion)?.push(name);
  return { keys, tokens };
}

/** The accepted peppers with what is kept under those that were retired. */
export async function pepperStatus(context: UseCaseContext): Promise<PepperStatus> {
  const { db, keyring } = context;
  const { current, retired } = keyring.peppers;
  const kept = await keptUnder(context);
  const made = new Map(db.peppers.list().map(({ version, madeAtMs }) => [version, madeAtMs]));
  const storeMadeAt = timestampMs.parse(Number(db.store.get('created_at_ms') ?? 0));
  const madeAt = (version: number) => made.get(version) ?? storeMadeAt;
  return {
    current: { version: current.version, madeAt: madeAt(current.version) },
    retired: retired.map(({ version }) => {
      const keys = [...(kept.keys.get(version) ?? [])]
        .map(([keyId, name]) => ({ keyId, name }))
        .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
      return {
        version,
        madeAt: madeAt(version),
        keyCount: keys.length,
        keys: keys.slice(0, PEPPER_KEYS_MAX),
        tokens: kept.tokens.get(version) ?? [],
      };
    }),
  };
}
