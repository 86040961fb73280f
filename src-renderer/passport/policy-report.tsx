import { Link } from '@tanstack/react-router';
import { POLICY_BREACH_WORDS, type MonthlyReport } from '#contract/monthly-report.ts';
import { count } from '#renderer/format/numbers.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import styles from './passport.module.css';

type Application = MonthlyReport['applications'][number];

/** Who does not follow the policy, by application, with whom to talk to. */
export function PolicyReport({ report }: { readonly report: MonthlyReport }) {
  const { breaches, applications, isCut } = report;
  return (
    <section className={classNames(styles.part, styles.long)} aria-label="Who does not follow the policy">
      <h2>Who does not follow the policy</h2>
      <PlainTable
        label="Keys by what is wrong"
        rows={breaches}
        rowKey={({ breach }) => breach}
        columns={BREACH_COLUMNS}
      />
      {applications.length === 0 && <p>Everybody follows it.</p>}
      {applications.map((application) => (
        <ApplicationPart key={application.applicationId} application={application} />
      ))}
      {isCut && <p>There are more keys than are named here.</p>}
    </section>
  );
}

function ApplicationPart({
  application: { name, partnerName, contactEmail, keys },
}: {
  readonly application: Application;
}) {
  return (
    <section className={styles.part} aria-label={`Keys of ${name}, ${partnerName}`}>
      <h3>
        {name} <span className={styles.quiet}>{partnerName}</span>
      </h3>
      <p>Contact: {contactEmail === '' ? 'none' : contactEmail}</p>
      <PlainTable
        label={`What is wrong with keys of ${name}, ${partnerName}`}
        rows={keys}
        rowKey={({ keyId }) => keyId}
        columns={KEY_COLUMNS}
      />
    </section>
  );
}

const BREACH_COLUMNS: readonly PlainColumn<MonthlyReport['breaches'][number]>[] = [
  { header: 'What', cell: ({ breach }) => POLICY_BREACH_WORDS[breach] },
  { header: 'Keys', align: 'end', cell: ({ count: keys }) => count(keys) },
];

const KEY_COLUMNS: readonly PlainColumn<Application['keys'][number]>[] = [
  {
    header: 'Key',
    cell: ({ keyId, name }) => (
      <Link to="/keys/$keyId" params={{ keyId }}>
        {name}
      </Link>
    ),
  },
  { header: 'Environment', cell: ({ environment }) => environment },
  {
    header: 'What',
    cell: ({ breaches }) => breaches.map((breach) => POLICY_BREACH_WORDS[breach].toLowerCase()).join(', '),
  },
];
