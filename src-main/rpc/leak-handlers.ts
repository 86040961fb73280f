import { inWords } from '#main/holder/holder-view.ts';
import { getKey } from '#main/keys/get-key.ts';
import { leakReport } from '#main/leaks/leak-report.ts';
import { getLeak, type LeakLog } from '#main/leaks/leak-traffic.ts';
import { matchLeaks } from '#main/leaks/match-leaks.ts';
import { closeLeak, listLeaks, notifyOfLeak, recordLeak } from '#main/leaks/record-leak.ts';
import { replaceLeaked } from '#main/leaks/replace-leaked.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type LeakProcedure = Extract<keyof Handlers, `leaks.${string}`>;

/** Procedures on leaks; figures come from the log's own thread. */
export function createLeakHandlers({
  requests,
  limitsLeft,
}: Pick<HandlerServices, 'requests' | 'limitsLeft'>): Pick<Handlers, LeakProcedure> {
  const log: LeakLog = {
    list: (input) => requests.query('requests.list', input),
    summary: (input) => requests.query('usage.summary', input),
  };
  return {
    'leaks.match': (context, input) =>
      matchLeaks(context, input, {
        limitsOf: limitsLeft.ofKey,
        lastDay: (keyIds) => requests.query('usage.byKey', { keyIds }),
      }),
    'leaks.record': recordLeak,
    'leaks.list': listLeaks,
    'leaks.get': (context, input) => getLeak(context, input, log),
    'leaks.replace': replaceLeaked,
    'leaks.notify': notifyOfLeak,
    'leaks.close': closeLeak,
    'leaks.report': async (context, input) => {
      const leak = await getLeak(context, input, log);
      const isThere = context.db.keys.getState(leak.keyId) !== null;
      const key = isThere ? getKey(context, leak) : null;
      const scopes = key?.scopeIds.flatMap((id) => context.db.scopes.get(id)?.rules ?? []) ?? [];
      const { may } = inWords([...scopes, ...(key?.rules ?? [])]);
      return leakReport({ leak, key, may, nowMs: context.nowMs });
    },
  };
}
