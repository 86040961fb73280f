import type { GatewayDialect, GatewayTestResult, GatewayTestRow } from '#contract/gateways.ts';
import { counted } from '#renderer/format/numbers.ts';

/** How the proxies call themselves. */
export const DIALECT_NAMES: Readonly<Record<GatewayDialect, string>> = {
  nginx: 'nginx',
  caddy: 'Caddy',
  traefik: 'Traefik',
  envoy: 'Envoy',
  haproxy: 'HAProxy',
  apisix: 'APISIX',
  apache: 'Apache httpd',
};

/** What became of one request of the tester. */
export type Verdict = 'right' | 'wrong' | 'unseen';

/** Words of the verdicts, for the table and the copied text. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  right: 'Right',
  wrong: 'Wrong',
  unseen: 'Not visible',
};

/** Right, wrong, or not to be seen from outside. */
export function verdictOf({ isOk }: Pick<GatewayTestRow, 'isOk'>): Verdict {
  if (isOk === null) return 'unseen';
  return isOk ? 'right' : 'wrong';
}

/** `401`, or what stands for the service's own answer. */
export function expectedText({ expectedStatus }: Pick<GatewayTestRow, 'expectedStatus'>): string {
  return expectedStatus === null ? 'the service’s answer' : String(expectedStatus);
}

/** `401 REVOKED`, or that nothing came. */
export function seenText({ seenStatus, seenCode }: Pick<GatewayTestRow, 'seenStatus' | 'seenCode'>): string {
  if (seenStatus === null) return 'no answer';
  return seenCode === null ? String(seenStatus) : `${seenStatus} ${seenCode}`;
}

/** The whole run in one sentence. */
export function summaryText({ rows, notes }: GatewayTestResult): string {
  const wrong = rows.filter((row) => verdictOf(row) === 'wrong').length;
  const unseen = rows.filter((row) => verdictOf(row) === 'unseen').length;
  const parts = [
    wrong > 0
      ? `${wrong} of ${counted(rows.length, 'answer')} ${wrong === 1 ? 'is' : 'are'} wrong`
      : `${unseen === 0 ? 'All ' : ''}${counted(rows.length - unseen, 'answer')} ${rows.length - unseen === 1 ? 'is' : 'are'} right`,
    ...(unseen > 0 ? [`${unseen} cannot be seen from outside`] : []),
    ...(notes.length > 0 ? ['the test stopped early'] : []),
  ];
  return `${parts.join('; ')}.`;
}

/** The result as text, to paste into a ticket. Holds no key. */
export function resultText(url: string, result: GatewayTestResult): string {
  const lines = result.rows.map((row) => {
    const hint = row.hint === null ? '' : `\n    ${row.hint}`;
    const verdict = VERDICT_WORDS[verdictOf(row)].padEnd(12);
    const request = `${row.method} ${row.path}`;
    return `${verdict}${row.label}: ${request}; expected ${expectedText(row)}, saw ${seenText(row)}${hint}`;
  });
  const head = `Gateway test of ${url} at ${new Date(result.startedAt).toISOString()}: ${summaryText(result)}`;
  return [head, ...result.notes, '', ...lines, ''].join('\n');
}

/** A sentence of a step in parts: what stands between backticks is a command. */
export function stepParts(step: string): readonly { readonly text: string; readonly isCode: boolean }[] {
  return step
    .split('`')
    .map((text, index) => ({ text, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
