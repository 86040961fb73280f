import type { Output } from '#contract/contract.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { Partner } from '#contract/partners.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { momentText } from '#main/domain/verification.ts';
import { CAUSE_WORDS } from '#main/holder/holder-words.ts';

/** What a digest is made of. */
export interface DigestParts {
  readonly partner: Partner;
  readonly from: TimestampMs;
  readonly to: TimestampMs;
  readonly totals: Output<'usage.summary'>['totals'];
  /** Busiest first. Keys that are revoked or went to another owner since are among them. */
  readonly usage: Output<'usage.summary'>['topKeys'];
  /** Those that are not revoked. */
  readonly keys: readonly Key[];
  /** Whom to ask; null: whoever sent it. */
  readonly contact: string | null;
}

/** What ends within this time is told. */
const ENDING_MS = 30 * 86_400_000;
const NAMED_MAX = 10;

/** `Your API keys this week: 1,204 requests, 12 refused`. No key name: subjects are shown on locked screens. */
export function digestSubject({ totals }: DigestParts): string {
  return `Your API keys this week: ${requests(totals.total)}, ${count(refusedOf(totals))} refused`;
}

/** The whole mail as plain text. A name of ours or theirs that looks like a key is blacked out. */
export function digestText(parts: DigestParts): string {
  const { partner, from, to, contact } = parts;
  const blocks = [
    [`Hello ${partner.contactName ?? partner.name},`],
    [`this is what the API keys of ${partner.name} did from ${momentText(from)} to ${momentText(to)}.`],
    usageLines(parts),
    refusalLines(parts),
    comingLines(parts),
    unusedLines(parts),
    [contact === null ? 'Questions? Answer this mail.' : `Questions? Ask ${contact}.`],
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${redactKeys(text.join('\n\n'))}\n`;
}

function usageLines({ totals, usage }: DigestParts): string[] {
  if (totals.total === 0) return ['No request was made.'];
  return [
    `${requests(totals.total)}, of which ${count(refusedOf(totals))} were refused:`,
    ...usage
      .slice(0, NAMED_MAX)
      .map(({ name, total, refused }) => `- ${name}: ${requests(total)}, ${count(refused)} refused`),
  ];
}

function refusalLines({ totals }: DigestParts): string[] {
  const refused = DECISION_CODES.flatMap((code) => {
    const number = code === 'VALID' ? 0 : (totals.byCode[code] ?? 0);
    if (code === 'VALID' || number === 0) return [];
    const { meaning, whatToDo } = CAUSE_WORDS[code];
    return [{ number, line: `- ${count(number)} × ${code}: ${meaning} ${whatToDo}` }];
  });
  if (refused.length === 0) return [];
  const ordered = refused.toSorted((one, other) => other.number - one.number);
  return ['Why:', ...ordered.map(({ line }) => line)];
}

function comingLines({ keys, to }: DigestParts): string[] {
  const within = (at: number | null): at is number => at !== null && at <= to + ENDING_MS;
  const lines = keys.flatMap((key) => {
    const { name, hint, expiresAt, overlapEndsAt, rotationDueAt } = key;
    return [
      ...(within(expiresAt)
        ? [
            {
              at: expiresAt,
              line: `- ${name} (${hint}) ${expiresAt <= to ? 'ended' : 'ends'} on ${momentText(expiresAt)}.`,
            },
          ]
        : []),
      ...(overlapEndsAt !== null && overlapEndsAt > to
        ? [
            {
              at: overlapEndsAt,
              line: `- The former secret of ${name} ends on ${momentText(overlapEndsAt)}. Use the new one.`,
            },
          ]
        : []),
      ...(within(rotationDueAt)
        ? [{ at: rotationDueAt, line: `- ${name} is due for a new secret on ${momentText(rotationDueAt)}.` }]
        : []),
    ];
  });
  if (lines.length === 0) return [];
  return ['Coming up:', ...lines.toSorted((one, other) => one.at - other.at).map(({ line }) => line)];
}

function unusedLines({ keys }: DigestParts): string[] {
  const unused = keys.filter(({ lastUsedAt, status }) => lastUsedAt === null && status === 'active');
  if (unused.length === 0) return [];
  const named = unused.slice(0, NAMED_MAX).map(({ name, hint }) => `- ${name} (${hint})`);
  return ['Never used so far. Tell us if one is not needed:', ...named];
}

function refusedOf({ byCode }: DigestParts['totals']): number {
  return Object.entries(byCode).reduce((sum, [code, number]) => (code === 'VALID' ? sum : sum + number), 0);
}

function requests(number: number): string {
  return `${count(number)} ${number === 1 ? 'request' : 'requests'}`;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
