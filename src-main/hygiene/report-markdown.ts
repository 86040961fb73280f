import { POLICY_BREACH_WORDS, type MonthlyReport } from '#contract/monthly-report.ts';
import { momentText } from '#main/domain/verification.ts';
import { plain, table } from '#main/passport/markdown-parts.ts';

/** The report as Markdown. Texts of people are escaped: they cannot make a heading, a link or a row. */
export function monthlyReportMarkdown(report: Omit<MonthlyReport, 'markdown'>): string {
  const { monthName, madeAt, isRunning, topKeys, topApplications, applications, isCut } = report;
  const parts = [
    `# API keys in ${monthName}`,
    `As of ${momentText(madeAt)}. The month is that of UTC.${isRunning ? ' It is not over: the figures are those up to now.' : ''}`,
    table(['', ''], figures(report)),
    '## Most used keys',
    topKeys.length === 0
      ? 'No key was used.'
      : table(
          ['Key', 'Requests', 'Refused'],
          topKeys.map(({ name, total, refused }) => [plain(name), String(total), String(refused)]),
        ),
    '## Most used applications',
    topApplications.length === 0
      ? 'No application called.'
      : table(
          ['Application', 'Partner', 'Requests', 'Refused'],
          topApplications.map(({ name, partnerName, total, refused }) => [
            ...[plain(name), plain(partnerName)],
            ...[String(total), String(refused)],
          ]),
        ),
    '## Who does not follow the policy',
    table(
      ['What', 'Keys'],
      report.breaches.map(({ breach, count }) => [POLICY_BREACH_WORDS[breach], String(count)]),
    ),
    ...(applications.length === 0 ? ['Everybody follows it.'] : applications.flatMap(applicationParts)),
    ...(isCut ? ['There are more keys than are named here.'] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function figures(report: Omit<MonthlyReport, 'markdown'>): readonly (readonly string[])[] {
  const { refusedShare } = report;
  return [
    ['Keys that work now', String(report.activeKeys)],
    ['Keys created', String(report.createdKeys)],
    ['Rotations', String(report.rotations)],
    ['Keys revoked', String(report.revokedKeys)],
    ['Leaks found', String(report.leaksFound)],
    ['Leaks open now', String(report.leaksOpen)],
    ['Requests', String(report.requests)],
    ['Refused', String(report.refused)],
    ['Refused share', refusedShare === null ? 'no request' : `${(refusedShare * 100).toFixed(2)} %`],
  ];
}

function applicationParts({
  name,
  partnerName,
  contactEmail,
  keys,
}: MonthlyReport['applications'][number]): readonly string[] {
  return [
    `### ${plain(name)} (${plain(partnerName)})`,
    `Contact: ${contactEmail === '' ? 'none' : plain(contactEmail)}`,
    table(
      ['Key', 'Environment', 'What'],
      keys.map((key) => [
        ...[plain(key.name), key.environment],
        key.breaches.map((breach) => POLICY_BREACH_WORDS[breach].toLowerCase()).join(', '),
      ]),
    ),
  ];
}
