import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Download, Printer } from 'lucide-react';
import type { MonthlyReport } from '#contract/monthly-report.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useMonthlyReport } from '#renderer/api/queries.ts';
import { count, finePercent } from '#renderer/format/numbers.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { OverviewTabs } from '#renderer/overview/overview-tabs.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { Select } from '#renderer/ui/select.tsx';
import styles from './passport.module.css';
import { PolicyReport } from './policy-report.tsx';

/** What a month brought and who does not follow the policy, fit to be forwarded. */
export function ReportPage() {
  const { month } = useSearch({ from: '/overview/report' });
  const query = useMonthlyReport(month === undefined ? {} : { month });
  const { data } = query;
  return (
    <Page>
      <PageHeader
        title={data === undefined ? 'Monthly report' : `API keys in ${data.monthName}`}
        actions={data === undefined ? undefined : <Actions report={data} />}
      />
      <div className={styles.screenOnly}>
        <OverviewTabs />
      </div>
      <AsyncRegion query={query} subject="The report">
        {(report) => (
          <article className={styles.paper} aria-label="Monthly report">
            <Figures report={report} />
            <TopTables report={report} />
            <PolicyReport report={report} />
          </article>
        )}
      </AsyncRegion>
    </Page>
  );
}

function Actions({ report }: { readonly report: MonthlyReport }) {
  const navigate = useNavigate();
  const { saveFile } = useDesktop();
  const { month, months, markdown, fileName } = report;
  return (
    <span className={classNames(styles.rules, styles.screenOnly)}>
      <Select
        label="Month"
        hideLabel
        isSmall
        value={month}
        options={months.map(({ month: value, name }) => ({ value, label: name }))}
        onChange={(next) =>
          void navigate({ to: '/overview/report', search: (former) => ({ ...former, month: next }) })
        }
      />
      <CopyButton text={markdown} label="Copy Markdown of the report" shows="Copy Markdown" />
      <Button
        icon={<Download aria-hidden />}
        onClick={() => void saveFile(fileName, markdown, 'text/markdown')}
      >
        Save Markdown
      </Button>
      <Button icon={<Printer aria-hidden />} onClick={() => window.print()}>
        Print
      </Button>
    </span>
  );
}

function Figures({ report }: { readonly report: MonthlyReport }) {
  const { madeAt, isRunning, refusedShare } = report;
  return (
    <>
      <p>
        As of <AbsoluteTime at={madeAt} />. The month is that of UTC.
        {isRunning && ' It is not over: the figures are those up to now.'}
      </p>
      <Facts>
        <Fact name="Keys that work now">{count(report.activeKeys)}</Fact>
        <Fact name="Keys created">{count(report.createdKeys)}</Fact>
        <Fact name="Rotations">{count(report.rotations)}</Fact>
        <Fact name="Keys revoked">{count(report.revokedKeys)}</Fact>
        <Fact name="Leaks found">{count(report.leaksFound)}</Fact>
        <Fact name="Leaks open now">{count(report.leaksOpen)}</Fact>
        <Fact name="Requests">{count(report.requests)}</Fact>
        <Fact name="Refused">{count(report.refused)}</Fact>
        <Fact name="Refused share">{refusedShare === null ? 'no request' : finePercent(refusedShare)}</Fact>
      </Facts>
    </>
  );
}

function TopTables({ report: { topKeys, topApplications } }: { readonly report: MonthlyReport }) {
  return (
    <>
      <section className={styles.part} aria-label="Most used keys">
        <h2>Most used keys</h2>
        {topKeys.length === 0 ? (
          <p>No key was used.</p>
        ) : (
          <PlainTable
            label="Most used keys"
            rows={topKeys}
            rowKey={({ keyId }) => keyId}
            columns={KEY_COLUMNS}
          />
        )}
      </section>
      <section className={styles.part} aria-label="Most used applications">
        <h2>Most used applications</h2>
        {topApplications.length === 0 ? (
          <p>No application called.</p>
        ) : (
          <PlainTable
            label="Most used applications"
            rows={topApplications}
            rowKey={({ applicationId }) => applicationId}
            columns={APPLICATION_COLUMNS}
          />
        )}
      </section>
    </>
  );
}

const USE_COLUMNS: readonly PlainColumn<{ readonly total: number; readonly refused: number }>[] = [
  { header: 'Requests', align: 'end', cell: ({ total }) => count(total) },
  { header: 'Refused', align: 'end', cell: ({ refused }) => count(refused) },
];

const KEY_COLUMNS: readonly PlainColumn<MonthlyReport['topKeys'][number]>[] = [
  {
    header: 'Key',
    cell: ({ keyId, name }) => (
      <Link to="/keys/$keyId" params={{ keyId }}>
        {name}
      </Link>
    ),
  },
  ...USE_COLUMNS,
];

const APPLICATION_COLUMNS: readonly PlainColumn<MonthlyReport['topApplications'][number]>[] = [
  { header: 'Application', cell: ({ name }) => name },
  { header: 'Partner', cell: ({ partnerName }) => partnerName },
  ...USE_COLUMNS,
];
