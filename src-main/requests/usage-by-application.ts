import type { ApplicationId } from '#contract/ids.ts';
import type { MonthlyReport } from '#contract/monthly-report.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import { coverRange } from './cover-range.ts';
import type { Pause } from './each-stretch.ts';
import type { GroupsQuestion } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { totalsByPrincipal } from './totals-by-principal.ts';

/** Requests of each application in a time range, most first; those without any are left out. Names are the newest of the log. Roll-ups
 *  alone, whole minutes. */
export async function usageByApplication(
  store: RequestsStore,
  { from, to }: Omit<GroupsQuestion, 'groups'>,
  nowMs: number,
  pause: Pause,
): Promise<MonthlyReport['topApplications']> {
  // Nothing is in the future: a range without end is as good as one that ends tomorrow, and far cheaper to cover.
  const parts = coverRange(from, Math.min(to, nowMs + ROLLUP_MS.day), store.floors());
  const totals = await totalsByPrincipal(store, { parts, principals: null, services: null, pause });
  const applications = new Map<ApplicationId, MonthlyReport['topApplications'][number]>();
  for (const { id, applicationId, application, partner } of store.db.dimensions.allPrincipals()) {
    const own = totals.get(id);
    if (own === undefined || own.total === 0) continue;
    const known = applications.get(applicationId);
    applications.set(applicationId, {
      applicationId,
      // Ascending ids: the newest names are the last ones.
      name: application,
      partnerName: partner,
      total: own.total + (known?.total ?? 0),
      refused: own.refused + (known?.refused ?? 0),
    });
  }
  return [...applications.values()].sort((one, other) => other.total - one.total);
}
