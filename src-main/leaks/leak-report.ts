import type { Output } from '#contract/contract.ts';
import type { LeakTraffic, LeakWithTraffic } from '#contract/leaks.ts';
import type { Key } from '#contract/keys.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';

/** What a report tells beside the incident. */
export interface ReportParts {
  readonly leak: LeakWithTraffic;
  /** null: it was removed since. */
  readonly key: Key | null;
  readonly may: readonly string[];
  readonly nowMs: number;
}

const ENDS = {
  revoked: 'revoked',
  suspended: 'suspended',
  expired: 'expired by itself',
  secret_ended: 'its secret was ended',
  removed: 'the key was removed',
} as const;

/** The incident as Markdown: times, what the key could do, who called. Holds no secret, whatever people wrote into names. */
export function leakReport(parts: ReportParts): Output<'leaks.report'> {
  const { leak, key } = parts;
  const lines = [
    `# Leaked key: ${plain(leak.keyName)}`,
    '',
    ...(key === null ? [`Key id ${leak.keyId}; the key was removed since.`] : identity(key)),
    ...(leak.place === '' ? [] : [`Found at: ${plain(leak.place)}`, '']),
    '## Times',
    '',
    '| what | when (UTC) | after the find |',
    '| --- | --- | --- |',
    ...timeRows(leak),
    '',
    '## What it could do',
    '',
    ...(parts.may.length === 0
      ? ['Nothing: it had no allow rule.']
      : parts.may.map((one) => `- \`${plain(one)}\``)),
    '',
    '## Requests',
    '',
    ...requestLines(leak.traffic),
    '',
    `As of ${timeText(parts.nowMs)}.`,
  ];
  return { fileName: `leak-${leak.keyId}.md`, markdown: redactKeys(`${lines.join('\n')}\n`) };
}

function identity(key: Key): readonly string[] {
  const { hint, applicationName, partnerName, environment, contactEmail } = key;
  return [
    `- Key: \`${hint}\` (${environment})`,
    `- Owner: ${plain(applicationName)} of ${plain(partnerName)}, ${plain(contactEmail)}`,
    `- Limits of addresses: ${key.ipAllow.length === 0 ? 'none' : key.ipAllow.join(', ')}`,
    '',
  ];
}

function timeRows(leak: LeakWithTraffic): readonly string[] {
  const { foundAt, containedAt, containedBy, traffic } = leak;
  const ended = containedBy === null ? 'Contained' : `Contained: ${ENDS[containedBy]}`;
  const rows: readonly (readonly [string, number | null])[] = [
    [`Found by ${plain(leak.foundBy)}`, foundAt],
    [ended, containedAt],
    ['Last request that passed', traffic?.lastPassedAt ?? null],
    ['First refusal after that', traffic?.firstRefusedAt ?? null],
    ['Last refusal', traffic?.lastRefusedAt ?? null],
    [`Owner told${leak.notifiedBy === null ? '' : ` by ${plain(leak.notifiedBy)}`}`, leak.notifiedAt],
    [`Closed${leak.closedNote === null ? '' : `: ${plain(leak.closedNote)}`}`, leak.closedAt],
  ];
  return rows.map(([what, at]) => {
    const when = at === null ? 'not yet, or not known' : timeText(at);
    return `| ${what} | ${when} | ${at === null ? '' : afterText(at - foundAt)} |`;
  });
}

function requestLines(traffic: LeakTraffic | null): readonly string[] {
  if (traffic === null) return ['The request log did not answer.'];
  const { attempts, hasMoreAttempts, callers } = traffic;
  const more = hasMoreAttempts ? ' or more' : '';
  const counted = `${String(attempts)}${more} refused attempts since it was contained.`;
  if (callers.length === 0) return [counted, '', 'Nobody called since it was found.'];
  return [
    counted,
    '',
    '| address | program | requests since the find | known before | last |',
    '| --- | --- | --- | --- | --- |',
    ...callers.map(
      ({ clientIp, userAgent, count, isKnown, lastAt }) =>
        `| ${plain(clientIp ?? 'not told')} | ${plain(userAgent ?? 'not told')} | ${String(count)} | ${isKnown ? 'yes' : '**no**'} | ${timeText(lastAt)} |`,
    ),
  ];
}

/** What others wrote stays text: no markup, no cell of its own. */
function plain(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_{}[\]<>|#]/g, '\\$&');
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace('Z', '');
}

function afterText(ms: number): string {
  const sign = ms < 0 ? '−' : '+';
  const seconds = Math.abs(ms) / 1_000;
  if (seconds < 60) return `${sign}${seconds.toFixed(1)} s`;
  if (seconds < 3_600) return `${sign}${(seconds / 60).toFixed(1)} min`;
  return `${sign}${(seconds / 3_600).toFixed(1)} h`;
}
