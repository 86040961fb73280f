import type { NoticeKind } from '#contract/notice-kinds.ts';
import type { PlannedNotice } from './notice-plan.ts';
import { redactKeys } from './redact-keys.ts';

/** What is needed to say a notice in words. */
export type SaidNotice = Pick<PlannedNotice, 'kind' | 'subject' | 'data'>;

/** Everything that could end a line, reorder or hide text: a subject is one line, whatever others called their things. */
const NOT_OF_A_LINE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+/gu;
const LINE_MAX = 300;

/** Text on one line, without the secret of any key that somebody put into a name. */
export function oneLine(text: string): string {
  const line = redactKeys(text).replaceAll(NOT_OF_A_LINE, ' ').trim();
  return line.length <= LINE_MAX ? line : `${line.slice(0, LINE_MAX - 1)}…`;
}

/** One sentence that says what is the matter, with absolute times: it may be read late. */
export function noticeSentence({ kind, subject, data }: SaidNotice): string {
  const name = `“${oneLine(subject.name)}”`;
  const key = `${name}${ofWhom(data)}`;
  switch (kind) {
    case 'key_expiring':
      return `Key ${key} expires on ${moment(data['expiresAt'])}.`;
    case 'key_in_grace':
      return `Key ${key} expired on ${moment(data['expiresAt'])}. It still passes, in its grace, until ${moment(data['graceEndsAt'])}.`;
    case 'key_idle':
      return `Key ${key} has not been used since ${moment(data['quietSince'])}. It is suspended on ${moment(data['suspendsAt'])} unless it is used before.`;
    case 'rotation_due':
      return `Key ${key} was to be rotated by ${moment(data['dueAt'])}.`;
    case 'overlap_ending':
      return `The old secret of key ${key} ends on ${moment(data['endsAt'])} and is still used, last on ${moment(data['lastUsedAt'])}.`;
    case 'overlap_ended':
      return `The old secret of key ${key} ended on ${moment(data['endedAt'])}, while Latchkey was off from ${moment(data['offFrom'])} to ${moment(data['offTo'])}, and its new one was never used. Who has only the old one, used last on ${moment(data['lastUsedAt'])}, is refused: hand on a new secret.`;
    case 'handoff_unopened':
      return `The handoff of key ${name} to ${said(data['recipient'])} expired and was never revealed.`;
    case 'handoff_unused':
      return `The secret of key ${name} was revealed to ${said(data['recipient'])} two days ago and was never used.`;
    case 'handoff_locked_out':
      return `The handoff of key ${name} to ${said(data['recipient'])} was destroyed by wrong codes.`;
    case 'handoff_code':
      return `The link to a new secret of key ${name} was sent to ${said(data['recipient'])}. Its six words wait for one of you who passes them on.`;
    case 'quota_reached':
      return `${name} has used ${said(data['used'])} of ${said(data['limit'])}: ${said(data['threshold'])} % of its quota.`;
    case 'key_spike':
      return `Key ${key} made ${amount(data['requests'])} requests in the 10 minutes before ${moment(data['until'])}; usual is ${amount(data['usual'])}, most in 7 days ${amount(data['most'])}. If nobody planned it, contain the key.`;
    case 'key_leaked':
      return `Key ${key} was revoked as leaked on ${moment(data['revokedAt'])}.`;
    case 'guessing':
      return `Keys are guessed from ${said(data['from'])}${othersText(data['others'])}: since ${moment(data['since'])} failed attempts are answered with 429. Block the source unless it is one of your own.`;
    case 'load_shed':
      return data['state'] === 'ended'
        ? `No verification is turned away since ${moment(data['until'])}; ${amount(data['refused'])} were, from ${moment(data['since'])} on.`
        : `Verifications are turned away with 503 since ${moment(data['since'])} (${said(data['reasons'])}).`;
    case 'access_request':
      return `${name} asks for a key, reference ${said(data['reference'])}.`;
    case 'backup_failed':
      return `No automatic backup was made since ${moment(data['newestAt'])}.`;
    case 'storage':
      return said(data['message']);
  }
}

/** What all of a kind have in common, for several at once. */
export function noticeHeading(kind: NoticeKind, count: number): string {
  const [one, many] = HEADINGS[kind];
  return count === 1 ? one : many.replace('#', String(count));
}

const HEADINGS: Readonly<Record<NoticeKind, readonly [string, string]>> = {
  key_expiring: ['A key expires soon', '# keys expire soon'],
  key_in_grace: ['A key has expired and is in its grace', '# keys have expired and are in their grace'],
  key_idle: ['An unused key is suspended soon', '# unused keys are suspended soon'],
  rotation_due: ['A key is due for rotation', '# keys are due for rotation'],
  overlap_ending: [
    'An old secret that is still used ends soon',
    '# old secrets that are still used end soon',
  ],
  overlap_ended: ['An old secret ended while Latchkey was off', '# old secrets ended while Latchkey was off'],
  handoff_unopened: ['A handoff expired unopened', '# handoffs expired unopened'],
  handoff_unused: ['A handed-over secret was never used', '# handed-over secrets were never used'],
  handoff_locked_out: ['A handoff was destroyed by wrong codes', '# handoffs were destroyed by wrong codes'],
  handoff_code: ['The code of a handoff is to be passed on', 'The codes of # handoffs are to be passed on'],
  quota_reached: ['A quota is nearly used up', '# quotas are nearly used up'],
  key_spike: ['A key makes far more requests than usual', '# keys make far more requests than usual'],
  key_leaked: ['A key was revoked as leaked', '# keys were revoked as leaked'],
  guessing: ['Keys are being guessed', 'Keys are being guessed'],
  load_shed: ['Load shedding', 'Load shedding'],
  access_request: ['Somebody asks for a key', '# people ask for a key'],
  backup_failed: ['Automatic backups fail', 'Automatic backups fail'],
  storage: ['The store needs attention', 'The store needs attention'],
};

function othersText(others: string | number | undefined): string {
  const count = Number(others ?? 0);
  return count === 0 ? '' : ` and ${String(count)} more`;
}

function ofWhom(data: SaidNotice['data']): string {
  const whose = [data['partner'], data['application']].filter((part) => part !== undefined);
  return whose.length === 0 ? '' : ` of ${whose.map((part) => oneLine(String(part))).join(' / ')}`;
}

function said(value: string | number | undefined): string {
  return value === undefined ? '' : oneLine(String(value));
}

/** `4,210` */
function amount(value: string | number | undefined): string {
  return Number(value ?? 0).toLocaleString('en-US');
}

/** `2026-12-06 12:00 UTC` */
function moment(value: string | number | undefined): string {
  const iso = new Date(Number(value ?? 0)).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
