import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import {
  monthlyReport as reportSchema,
  REPORT_MONTHS_MAX,
  REPORT_TOP_MAX,
  type MonthlyReport,
} from '#contract/monthly-report.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { createListKeys } from '#main/keys/list-keys.ts';
import { TurnTaker } from '#main/keys/turn-taker.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import type { GroupsQuestion } from '#main/requests/requests-messages.ts';
import { createMonthlyReportQueries } from '#main/sqlite/monthly-report-queries.ts';
import { withoutKeys } from '#main/passport/passport-of.ts';
import { policyBreaches } from './policy-breaches.ts';
import { monthlyReportMarkdown } from './report-markdown.ts';

/** What the figures come from: the list of keys, and the request log. */
interface ReportSources {
  readonly listKeys: ReturnType<typeof createListKeys>;
  readonly summary: (input: HandlerInput<'usage.summary'>) => Promise<Output<'usage.summary'>>;
  readonly applications: (input: Omit<GroupsQuestion, 'groups'>) => Promise<MonthlyReport['topApplications']>;
  readonly monotonicMs: () => number;
}

/** Makes reports.month. Its figures are those of the lists and of the log; a text of ours that looks like a key is blacked out.
 *  Throws INVALID_INPUT for a month without a report, and UNAVAILABLE while the log is down. */
export function createMonthlyReport({ listKeys, summary, applications, monotonicMs }: ReportSources) {
  return async (
    context: UseCaseContext,
    input: HandlerInput<'reports.month'>,
  ): Promise<Output<'reports.month'>> => {
    const queries = createMonthlyReportQueries(context.db.handle);
    const { nowMs } = context;
    const months = monthsSince(queries.oldestKeyAt() ?? nowMs, nowMs);
    const month = input.month ?? must(months[1] ?? months[0], 'this month is always there').month;
    const name = months.find((known) => known.month === month)?.name;
    if (name === undefined) throw unknownMonth(months);
    const range = rangeOf(month);
    const { totals, topKeys } = await summary(range);
    const topApplications = (await applications(range)).slice(0, REPORT_TOP_MAX);
    const works = { filter: { status: ['active' as const, 'rotating' as const] }, sort: 'name' as const };
    const { total: activeKeys } = await listKeys(context, { ...works, limit: 1 });
    const policy = await policyBreaches(context, {
      listKeys,
      turns: new TurnTaker(monotonicMs),
      unconfirmed: queries.unconfirmed(nowMs),
    });
    const refused = totals.total - (totals.byCode.VALID ?? 0);
    const report = reportSchema.parse(
      withoutKeys({
        ...{ month, monthName: name, months, ...range, madeAt: nowMs, isRunning: range.to > nowMs },
        ...{ activeKeys, ...queries.turnover(range.from, range.to) },
        ...{ requests: totals.total, refused },
        refusedShare: totals.total === 0 ? null : refused / totals.total,
        ...{ topKeys, topApplications, ...policy, markdown: '', fileName: `api-keys-${month}.md` },
      }),
    );
    return { ...report, markdown: monthlyReportMarkdown(report) };
  };
}

function rangeOf(month: string): { readonly from: TimestampMs; readonly to: TimestampMs } {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return {
    from: timestampMs.parse(Date.UTC(year, number - 1)),
    to: timestampMs.parse(Date.UTC(year, number)),
  };
}

/** From this month back to that of the oldest key, at most REPORT_MONTHS_MAX. */
function monthsSince(oldestMs: number, nowMs: number): MonthlyReport['months'] {
  const now = new Date(nowMs);
  const names = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const starts = Array.from({ length: REPORT_MONTHS_MAX }, (_, ago) =>
    Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago),
  );
  const oldestMonth = new Date(oldestMs).toISOString().slice(0, 7);
  return starts
    .map((startMs) => ({ month: new Date(startMs).toISOString().slice(0, 7), name: names.format(startMs) }))
    .filter(({ month }, ago) => ago === 0 || month >= oldestMonth);
}

function unknownMonth(months: MonthlyReport['months']): AppError {
  const message = `There is no report of this month. Choose one from ${months.at(-1)?.month ?? ''} to ${months[0]?.month ?? ''}.`;
  return new AppError('INVALID_INPUT', `month: ${message}`, [{ path: 'month', message }]);
}
