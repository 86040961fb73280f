import type { HandlerInput, Output } from '#contract/contract.ts';
import { SPIKES_SHOWN_MAX, SPIKES_SHOWN_MS } from '#contract/spikes.ts';
import type { UseCaseContext } from '#main/context.ts';
import { keyStatus } from '#main/domain/key-status.ts';
import type { SpikeRow } from '#main/sqlite/requests-spike-queries.ts';

/** Answers usage.spikes: what the log found, with what became of the keys. `list`: spikes seen from a moment on, newest first. */
export async function viewSpikes(
  context: UseCaseContext,
  { environment }: HandlerInput<'usage.spikes'>,
  list: (fromMs: number) => Promise<readonly SpikeRow[]>,
): Promise<Output<'usage.spikes'>> {
  const { db, nowMs } = context;
  const rows = await list(nowMs - SPIKES_SHOWN_MS);
  const shown = rows.filter((row) => environment === undefined || row.environment === environment);
  return {
    items: shown.slice(0, SPIKES_SHOWN_MAX).map((row) => {
      const key = db.keys.getState(row.keyId);
      return {
        ...row,
        status: key === null ? null : keyStatus(key, db.secrets.list(row.keyId), nowMs),
        openLeakId: db.leaks.findOpen(row.keyId)?.id ?? null,
      };
    }),
  };
}
