import type { KeyId } from '#contract/ids.ts';
import { useApiClient } from '#renderer/api/api-context.tsx';
import { nowMs } from '#renderer/format/clock.ts';
import { duration, latency } from '#renderer/format/durations.ts';

/** The verifier is asked again after this time while it has not been seen to refuse. */
const ASK_AGAIN_MS = 100;
/** After this long it is a failure to be told, not a wait. */
const GIVE_UP_MS = 10_000;

/** How long a withdrawal took to be in force. */
export interface Enforced {
  /** From the click until the screen knew, ms. */
  readonly sinceClickMs: number;
  /** Of it, the server's own part: from the command's arrival until the verifier refused. */
  readonly lagMs: number;
}

/** Asks until the verifier was seen to refuse what was taken away; null when it was not within ten seconds. `clickedAtMs` is the
 *  moment of the click, `answeredAtMs` the one of the command's answer. */
export function useEnforcement(): (
  keyId: KeyId,
  moments: { readonly clickedAtMs: number; readonly answeredAtMs: number },
) => Promise<Enforced | null> {
  const client = useApiClient();
  return async (keyId, { clickedAtMs, answeredAtMs }) => {
    // What the first answer tells had happened before the command was answered.
    let knownAtMs = answeredAtMs;
    while (knownAtMs - clickedAtMs < GIVE_UP_MS) {
      const seen = await client.call('keys.enforcement', { keyId }).catch(() => null);
      const lagMs = seen?.lagMs ?? null;
      if (lagMs !== null) return { sinceClickMs: knownAtMs - clickedAtMs, lagMs };
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      knownAtMs = nowMs();
    }
    return null;
  };
}

/** So many keys of one command are asked about: those that it came to last, which were refused last. */
const ASKED_MAX = 20;

/** The same for a command about many keys, `keyIds` in the order in which it came to them: what the slowest took. Null when one of
 *  them was not seen to be refused. */
export function useSlowestEnforcement(): (
  keyIds: readonly KeyId[],
  moments: Parameters<ReturnType<typeof useEnforcement>>[1],
) => Promise<Enforced | null> {
  const enforcedAfter = useEnforcement();
  return async (keyIds, moments) => {
    const seen = await Promise.all(keyIds.slice(-ASKED_MAX).map((keyId) => enforcedAfter(keyId, moments)));
    const known = seen.filter((enforced) => enforced !== null);
    if (known.length === 0 || known.length < seen.length) return null;
    return {
      sinceClickMs: Math.max(...known.map(({ sinceClickMs }) => sinceClickMs)),
      lagMs: Math.max(...known.map(({ lagMs }) => lagMs)),
    };
  };
}

/** `Refused everywhere after 34 ms (the verifier took 2.1 ms).`; or that it could not be seen. */
export function enforcedText(what: string, enforced: Enforced | null): string {
  if (enforced === null) return `The verifier was not seen to refuse ${what}. Look at the key's page.`;
  const { sinceClickMs, lagMs } = enforced;
  return `Refused everywhere after ${duration(sinceClickMs)} (the verifier took ${latency(lagMs * 1_000)}).`;
}
