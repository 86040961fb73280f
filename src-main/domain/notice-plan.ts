import {
  EXPIRY_LEAD_DAYS,
  EXPIRY_LIFE_LEADS_MIN,
  QUOTA_TOLD_FROM,
  type NoticeKind,
} from '#contract/notice-kinds.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** What goes on is told again after so long. */
const STORAGE_AGAIN_MS = 7 * DAY_MS;
/** An overlap is told of when a tenth of it is left, but not less … */
const OVERLAP_LEFT_MS_MIN = HOUR_MS;
/** … and not more than this, … */
const OVERLAP_LEFT_MS_MAX = DAY_MS;
/** … and never before its second half. */
const OVERLAP_LEFT_SHARE_MAX = 0.5;
/** Who used the old secret within this time is still there. */
const OLD_USE_MS = DAY_MS;
/** The same before a stop: it may have begun after a weekend. */
const USE_BEFORE_STOP_MS = 3 * DAY_MS;
/** Automatic backups are tried every hour: so late, two tries have failed. */
const BACKUP_LATE_MS = 2 * HOUR_MS;
/** After a start the first try comes first. */
const BACKUP_UPTIME_MS = 10 * 60_000;

/** Whom or what a notice is about. */
export interface NoticeSubject {
  readonly kind: 'key' | 'handoff' | 'access_request' | 'application' | 'partner' | 'store' | 'server';
  readonly id: string;
  readonly name: string;
}

/** A key as notices tell of it. */
export interface NoticeKey {
  readonly keyId: string;
  readonly name: string;
  readonly environment: string;
  readonly applicationName: string;
  readonly partnerName: string;
  /** Of the application. */
  readonly contactEmail: string;
}

/** What is known at one moment; all times ms UTC. Only keys that work and are nobody's child. */
export interface NoticeFacts {
  readonly nowMs: number;
  /** What happened before was there when somebody first asked for notices, and is not told. */
  readonly sinceMs: number;
  readonly expiring: readonly (NoticeKey & { readonly createdAtMs: number; readonly expiresAtMs: number })[];
  readonly inGrace: readonly (NoticeKey & { readonly expiresAtMs: number; readonly graceEndsAtMs: number })[];
  readonly idle: readonly (NoticeKey & {
    /** Since then nobody has used it, as far as is known. */
    readonly quietSinceMs: number;
    readonly suspendsAtMs: number;
  })[];
  readonly rotations: readonly (NoticeKey & { readonly version: number; readonly dueAtMs: number })[];
  readonly overlaps: readonly (NoticeKey & {
    readonly version: number;
    readonly startedAtMs: number;
    readonly endsAtMs: number;
    readonly oldUsedAtMs: number | null;
  })[];
  /** Old secrets whose end came while the program was off. */
  readonly missedOverlaps: readonly (NoticeKey & {
    readonly version: number;
    readonly endedAtMs: number;
    readonly offFromMs: number;
    readonly offToMs: number;
    readonly oldUsedAtMs: number | null;
    readonly newUsedAtMs: number | null;
  })[];
  readonly handoffs: readonly {
    readonly id: string;
    readonly keyName: string;
    readonly recipientName: string;
    /** `code`: the words of a link that was made by itself wait for somebody who passes them on. */
    readonly attention: 'unused' | 'unopened' | 'locked_out' | 'code';
    readonly atMs: number;
  }[];
  readonly quotas: readonly {
    readonly owner: NoticeSubject;
    readonly contactEmail: string | null;
    readonly threshold: number;
    readonly used: number;
    readonly limit: number;
    readonly periodStartMs: number;
    readonly atMs: number;
  }[];
  /** Of keys that work now; ends of the ten minutes in which each was seen first. */
  readonly spikes: readonly (NoticeKey & {
    readonly atMs: number;
    readonly requests: number;
    readonly usual: number;
    readonly most: number;
  })[];
  readonly leaked: readonly (NoticeKey & { readonly revokedAtMs: number })[];
  readonly accessRequests: readonly {
    readonly id: string;
    readonly reference: string;
    readonly application: string;
    readonly team: string;
    readonly createdAtMs: number;
  }[];
  /** null: automatic backups are off. */
  readonly backup: {
    readonly everyMs: number;
    readonly newestAtMs: number;
    readonly startedAtMs: number;
  } | null;
  readonly storage: readonly { readonly code: string; readonly message: string }[];
  /** Times in which guessing was held back, or verifications were answered with 503. */
  readonly turnedAway: readonly {
    readonly kind: 'guessing' | 'load';
    readonly startedAtMs: number;
    /** null while it goes on. */
    readonly endedAtMs: number | null;
    readonly count: number;
    /** Of sources, most attempts first; why, of load. */
    readonly names: readonly string[];
  }[];
}

/** Something to tell, once: two with the same `onceKey` are the same. */
export interface PlannedNotice {
  readonly onceKey: string;
  readonly kind: NoticeKind;
  readonly subject: NoticeSubject;
  /** Beside the admins; null = nobody. */
  readonly contactEmail: string | null;
  /** For words and for programs; never a secret. */
  readonly data: Readonly<Record<string, string | number>>;
}

/** Everything that is to be told at this moment, told before or not: who keeps what was told leaves that out. */
export function planNotices(facts: NoticeFacts): readonly PlannedNotice[] {
  return [
    ...facts.expiring.flatMap((key) => expiryNotice(key, facts.nowMs)),
    ...facts.inGrace.map(graceNotice),
    ...facts.idle.map(idleNotice),
    ...facts.rotations.flatMap((key) => rotationNotice(key, facts.nowMs)),
    ...facts.overlaps.flatMap((key) => overlapNotice(key, facts.nowMs)),
    ...facts.missedOverlaps.filter(({ offToMs }) => offToMs >= facts.sinceMs).flatMap(missedOverlapNotice),
    ...facts.handoffs.filter(({ atMs }) => atMs >= facts.sinceMs).map(handoffNotice),
    ...facts.quotas
      .filter(({ atMs, threshold }) => atMs >= facts.sinceMs && threshold >= QUOTA_TOLD_FROM)
      .map(quotaNotice),
    ...facts.spikes.filter(({ atMs }) => atMs >= facts.sinceMs).map(spikeNotice),
    ...facts.leaked.filter(({ revokedAtMs }) => revokedAtMs >= facts.sinceMs).map(leakNotice),
    ...facts.accessRequests.filter(({ createdAtMs }) => createdAtMs >= facts.sinceMs).map(requestNotice),
    ...backupNotice(facts),
    ...facts.storage.map((warning) => storageNotice(warning, facts.nowMs)),
    ...facts.turnedAway.filter(({ startedAtMs }) => startedAtMs >= facts.sinceMs).flatMap(turnedAwayNotices),
  ];
}

/** The reminder that is due for a key at this moment, in days ahead; null = none. Of several whose time has come, because nobody looked
 *  in between, it is the last one alone. */
export function dueExpiryLead(
  key: { readonly createdAtMs: number; readonly expiresAtMs: number },
  nowMs: number,
): number | null {
  const { createdAtMs, expiresAtMs } = key;
  if (nowMs >= expiresAtMs) return null;
  const due = EXPIRY_LEAD_DAYS.filter(
    (days) =>
      nowMs >= expiresAtMs - days * DAY_MS &&
      expiresAtMs - createdAtMs >= days * DAY_MS * EXPIRY_LIFE_LEADS_MIN,
  );
  return due.length === 0 ? null : Math.min(...due);
}

function expiryNotice(key: NoticeFacts['expiring'][number], nowMs: number): readonly PlannedNotice[] {
  const days = dueExpiryLead(key, nowMs);
  if (days === null) return [];
  const onceKey = `key_expiring:${key.keyId}:${String(key.expiresAtMs)}:${String(days)}`;
  return [ofKey('key_expiring', onceKey, key, { days, expiresAt: key.expiresAtMs })];
}

function graceNotice(key: NoticeFacts['inGrace'][number]): PlannedNotice {
  const { expiresAtMs: expiresAt, graceEndsAtMs: graceEndsAt } = key;
  const onceKey = `key_in_grace:${key.keyId}:${String(expiresAt)}`;
  return ofKey('key_in_grace', onceKey, key, { expiresAt, graceEndsAt });
}

function idleNotice(key: NoticeFacts['idle'][number]): PlannedNotice {
  const { quietSinceMs: quietSince, suspendsAtMs: suspendsAt } = key;
  const onceKey = `key_idle:${key.keyId}:${String(quietSince)}:${String(suspendsAt)}`;
  return ofKey('key_idle', onceKey, key, { quietSince, suspendsAt });
}

function rotationNotice(key: NoticeFacts['rotations'][number], nowMs: number): readonly PlannedNotice[] {
  if (nowMs < key.dueAtMs) return [];
  const onceKey = `rotation_due:${key.keyId}:${String(key.version)}`;
  return [ofKey('rotation_due', onceKey, key, { dueAt: key.dueAtMs })];
}

function overlapNotice(key: NoticeFacts['overlaps'][number], nowMs: number): readonly PlannedNotice[] {
  const { startedAtMs, endsAtMs, oldUsedAtMs, version } = key;
  const wholeMs = endsAtMs - startedAtMs;
  const leadMs = Math.min(
    Math.max(wholeMs / 10, OVERLAP_LEFT_MS_MIN),
    OVERLAP_LEFT_MS_MAX,
    wholeMs * OVERLAP_LEFT_SHARE_MAX,
  );
  const isSoon = nowMs >= endsAtMs - leadMs && nowMs < endsAtMs;
  const isUsed = oldUsedAtMs !== null && oldUsedAtMs >= Math.max(startedAtMs, nowMs - OLD_USE_MS);
  if (!isSoon || !isUsed) return [];
  const onceKey = `overlap_ending:${key.keyId}:${String(version)}:${String(endsAtMs)}`;
  return [ofKey('overlap_ending', onceKey, key, { endsAt: endsAtMs, lastUsedAt: oldUsedAtMs })];
}

/** Who still had the old secret alone has none now, and nobody could be told before. */
function missedOverlapNotice(key: NoticeFacts['missedOverlaps'][number]): readonly PlannedNotice[] {
  const { endedAtMs: endedAt, offFromMs: offFrom, offToMs: offTo, oldUsedAtMs, newUsedAtMs, version } = key;
  const isUsed = oldUsedAtMs !== null && oldUsedAtMs >= offFrom - USE_BEFORE_STOP_MS;
  if (!isUsed || newUsedAtMs !== null) return [];
  const onceKey = `overlap_ended:${key.keyId}:${String(version)}:${String(endedAt)}`;
  return [ofKey('overlap_ended', onceKey, key, { endedAt, offFrom, offTo, lastUsedAt: oldUsedAtMs })];
}

function handoffNotice(handoff: NoticeFacts['handoffs'][number]): PlannedNotice {
  const { id, attention, keyName, recipientName, atMs } = handoff;
  return {
    onceKey: `handoff_${attention}:${id}`,
    kind: `handoff_${attention}`,
    subject: { kind: 'handoff', id, name: keyName },
    contactEmail: null,
    data: { recipient: recipientName, at: atMs },
  };
}

function quotaNotice(quota: NoticeFacts['quotas'][number]): PlannedNotice {
  const { owner, contactEmail, threshold, used, limit, periodStartMs } = quota;
  return {
    onceKey: `quota_reached:${owner.kind}:${owner.id}:${String(periodStartMs)}:${String(threshold)}`,
    kind: 'quota_reached',
    subject: owner,
    contactEmail,
    data: { threshold, used, limit },
  };
}

/** For the admins: whether it is a leak or success, they find out before anybody tells the owner. */
function spikeNotice(key: NoticeFacts['spikes'][number]): PlannedNotice {
  const { keyId, atMs, requests, usual, most } = key;
  const data = { requests, usual, most, until: atMs };
  return { ...ofKey('key_spike', `key_spike:${keyId}:${String(atMs)}`, key, data), contactEmail: null };
}

function leakNotice(key: NoticeFacts['leaked'][number]): PlannedNotice {
  const notice = ofKey('key_leaked', `key_leaked:${key.keyId}`, key, { revokedAt: key.revokedAtMs });
  return { ...notice, contactEmail: null };
}

function requestNotice(request: NoticeFacts['accessRequests'][number]): PlannedNotice {
  const { id, reference, application, team } = request;
  return {
    onceKey: `access_request:${id}`,
    kind: 'access_request',
    subject: { kind: 'access_request', id, name: application },
    contactEmail: null,
    data: { reference, team },
  };
}

function backupNotice({ backup, nowMs }: NoticeFacts): readonly PlannedNotice[] {
  if (backup === null || nowMs - backup.startedAtMs < BACKUP_UPTIME_MS) return [];
  if (nowMs - backup.newestAtMs < backup.everyMs + BACKUP_LATE_MS) return [];
  return [
    {
      onceKey: `backup_failed:${String(backup.newestAtMs)}`,
      kind: 'backup_failed',
      subject: { kind: 'store', id: 'backups', name: 'Automatic backups' },
      contactEmail: null,
      data: { newestAt: backup.newestAtMs },
    },
  ];
}

function storageNotice({ code, message }: { code: string; message: string }, nowMs: number): PlannedNotice {
  return {
    onceKey: `storage:${code}:${String(Math.floor(nowMs / STORAGE_AGAIN_MS))}`,
    kind: 'storage',
    subject: { kind: 'store', id: code, name: code },
    contactEmail: null,
    data: { message },
  };
}

/** One when it begins, and of load one when it is over: then callers are served again. */
function turnedAwayNotices(episode: NoticeFacts['turnedAway'][number]): readonly PlannedNotice[] {
  const { kind, startedAtMs: since, endedAtMs, count, names } = episode;
  const subject = { kind: 'server', id: kind, name: 'Protection' } as const;
  const noticeOf = (noticeKind: NoticeKind, suffix: string, data: PlannedNotice['data']): PlannedNotice => ({
    onceKey: `${noticeKind}:${String(since)}${suffix}`,
    ...{ kind: noticeKind, subject, contactEmail: null, data },
  });
  if (kind === 'guessing') {
    const [from = '', ...others] = names;
    return [noticeOf('guessing', '', { since, from, others: others.length, refused: count })];
  }
  const started = noticeOf('load_shed', '', { state: 'started', since, reasons: names.join(', ') });
  if (endedAtMs === null) return [started];
  return [
    started,
    noticeOf('load_shed', ':ended', { state: 'ended', since, until: endedAtMs, refused: count }),
  ];
}

function ofKey(
  kind: NoticeKind,
  onceKey: string,
  key: NoticeKey,
  data: PlannedNotice['data'],
): PlannedNotice {
  const { environment, applicationName, partnerName } = key;
  return {
    onceKey,
    kind,
    subject: { kind: 'key', id: key.keyId, name: key.name },
    contactEmail: key.contactEmail,
    data: { environment, application: applicationName, partner: partnerName, ...data },
  };
}
