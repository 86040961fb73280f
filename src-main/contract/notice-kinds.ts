import { z } from 'zod';

/** What can be told outside of the app. */
export const NOTICE_KINDS = [
  'key_expiring',
  'key_in_grace',
  'key_idle',
  'rotation_due',
  'overlap_ending',
  'overlap_ended',
  'handoff_unopened',
  'handoff_unused',
  'handoff_locked_out',
  'handoff_code',
  'quota_reached',
  'key_spike',
  'key_leaked',
  'guessing',
  'load_shed',
  'access_request',
  'backup_failed',
  'storage',
] as const;
export const noticeKind = z.enum(NOTICE_KINDS);
export type NoticeKind = z.infer<typeof noticeKind>;

/** What also concerns the contact of the application that a key belongs to. */
export const CONTACT_NOTICE_KINDS = [
  'key_expiring',
  'key_in_grace',
  'key_idle',
  'rotation_due',
  'overlap_ending',
  'overlap_ended',
  'quota_reached',
] as const satisfies readonly NoticeKind[];

/** A key is reminded of its expiry so many days ahead, once each. */
export const EXPIRY_LEAD_DAYS = [30, 14, 7, 1] as const;
/** A reminder needs a key whose whole life is at least this many times its lead: what lives for a week is not told a week ahead. */
export const EXPIRY_LIFE_LEADS_MIN = 2;
/** Shares of a quota, in percent, that are told outside of the app. */
export const QUOTA_TOLD_FROM = 80;
