import { z } from 'zod';

/** What may have changed. A screen that shows a subject fetches it again; announcements never carry data. */
export const CHANGED_SUBJECTS = [
  'partners',
  'applications',
  'services',
  'endpoints',
  'scopes',
  'plans',
  'templates',
  'products',
  'keys',
  'requests',
  'notices',
  'audit',
  'settings',
  'tokens',
  'backups',
  'sessions',
  'status',
  'jobs',
  'views',
  'handoffs',
  'enrolment',
  'accessRequests',
  'leaks',
  'blockedSources',
] as const;
export type ChangedSubject = (typeof CHANGED_SUBJECTS)[number];

/** Announcement main → renderer, sent after the change is committed. */
export const announcement = z
  .object({ kind: z.literal('changed'), subjects: z.array(z.enum(CHANGED_SUBJECTS)).readonly() })
  .readonly();
export type Announcement = z.infer<typeof announcement>;
