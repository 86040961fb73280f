import type { UseCaseContext } from '#main/context.ts';
import { callersOf } from '#main/hygiene/callers-of.ts';
import { createDismissSharing, reviewSharing } from '#main/hygiene/dismiss-sharing.ts';
import { createHygieneBoard } from '#main/hygiene/hygiene-board.ts';
import { KeptHealth } from '#main/hygiene/kept-health.ts';
import { splitKey } from '#main/hygiene/split-key.ts';
import { createUnusedByPerson } from '#main/hygiene/unused-by-person.ts';
import { undoSplit } from '#main/hygiene/undo-split.ts';
import { createWhoShares } from '#main/hygiene/who-shares.ts';
import { createListKeys } from '#main/keys/list-keys.ts';
import { createSelectKeys, type SelectSources } from '#main/keys/select-keys.ts';
import { createMonthlyReport } from '#main/hygiene/monthly-report.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type ListProcedure =
  | 'keys.list'
  | 'hygiene.board'
  | 'hygiene.callers'
  | 'hygiene.people'
  | 'hygiene.sharing'
  | 'hygiene.dismissSharing'
  | 'hygiene.reviewSharing'
  | 'reports.month'
  | 'keys.split'
  | 'keys.undoSplit';

/** The list of keys, and the board whose figures are counts of it. */
export function createListHandlers({
  canCall,
  requests,
  monotonicMs,
}: Pick<HandlerServices, 'canCall' | 'requests' | 'monotonicMs'>): Pick<Handlers, ListProcedure> {
  const kept = new KeptHealth(() => requests.query('keys.habits', null), monotonicMs);
  const health = (context: UseCaseContext) => kept.current(context);
  const failing = (errorRateMin: number) => requests.query('keys.failing', { errorRateMin });
  const listWith = (judged: SelectSources['health']) =>
    createListKeys(createSelectKeys({ canCall, failing, health: judged, monotonicMs }));
  const listKeys = listWith(health);
  return {
    'keys.list': listKeys,
    'hygiene.board': createHygieneBoard(listWith, (context) => kept.atOnce(context), monotonicMs),
    'hygiene.callers': async (context, { keyIds }) => callersOf(await health(context), keyIds),
    'hygiene.people': createUnusedByPerson(monotonicMs),
    'hygiene.sharing': createWhoShares(health),
    'hygiene.dismissSharing': createDismissSharing(health),
    'hygiene.reviewSharing': reviewSharing,
    'reports.month': createMonthlyReport({
      listKeys,
      summary: (input) => requests.query('usage.summary', input),
      applications: (input) => requests.query('usage.applications', input),
      monotonicMs,
    }),
    'keys.split': splitKey,
    'keys.undoSplit': undoSplit,
  };
}
