import { noticeHeading, noticeSentence, oneLine, type SaidNotice } from '#main/domain/notice-words.ts';
import { isLetterKind } from '#contract/letter-kinds.ts';
import type { NoticeKind } from '#contract/notice-kinds.ts';
import type { StoredDelivery, StoredNotice } from '#main/sqlite/notice-queries.ts';

/** What is told of a test. */
const TEST_TEXT = 'This is a test from Latchkey. Nothing has happened.';

/** A notice as words know it. */
export function saidOf({ kind, subjectKind, subjectId, subjectName, data }: StoredNotice): SaidNotice {
  return { kind, subject: { kind: subjectKind, id: subjectId, name: subjectName }, data };
}

/** Kind of the notices of a delivery; null for a test, and for a mail with words of its own. */
export function noticeKindOf({ kind }: StoredDelivery): NoticeKind | null {
  return isLetterKind(kind) ? null : kind;
}

/** Sentences of a delivery, one a notice. */
export function sentencesOf(notices: readonly StoredNotice[]): readonly string[] {
  return notices.length === 0 ? [TEST_TEXT] : notices.map((notice) => noticeSentence(saidOf(notice)));
}

/** One line over them. */
export function headingOf(kind: NoticeKind | null, notices: readonly StoredNotice[]): string {
  if (kind === null) return 'Test of notices';
  const heading = noticeHeading(kind, notices.length);
  const only = notices.length === 1 ? notices[0] : undefined;
  return only === undefined || only.subjectKind === 'store' || only.subjectKind === 'server'
    ? heading
    : `${heading}: ${oneLine(only.subjectName)}`;
}

/** The page of the app that shows what a delivery is about. */
export function pageOf(kind: NoticeKind | null, notices: readonly StoredNotice[]): string {
  const [first, second] = notices;
  if (kind === null || first === undefined) return '/settings/notices';
  if (first.subjectKind === 'key' && second === undefined) return `/keys/${first.subjectId}`;
  switch (kind) {
    case 'handoff_unopened':
    case 'handoff_unused':
    case 'handoff_locked_out':
    case 'handoff_code':
      return '/handoffs';
    case 'access_request':
      return '/access-requests';
    case 'backup_failed':
      return '/settings/backup';
    case 'storage':
      return '/settings/server';
    case 'guessing':
    case 'load_shed':
      return '/overview/on-call';
    default:
      return '/overview';
  }
}
