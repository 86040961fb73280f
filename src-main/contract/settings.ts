import { z } from 'zod';
import { command, query } from './procedure.ts';

const fields = {
  /** Days that raw request rows are kept. */
  requestRetentionDays: z.int().min(1).max(3_650),
  /** Upper bound of requests.db; the oldest rows go first. */
  requestStoreMbMax: z.int().min(16).max(1_000_000),
  minuteRollupDays: z.int().min(1).max(3_650),
  hourRollupDays: z.int().min(7).max(3_650),
  /** Whom refusals name when an application has no contact. */
  helpContact: z.email().nullable(),
  /** Where refusals send people; null = the service listener's own /request-access page. */
  helpUrl: z.url({ protocol: /^https?$/ }).nullable(),
  clipboardClearSeconds: z.int().min(10).max(300),
  /** Screen capture is blocked while a secret is on screen (desktop). */
  screenshotProtection: z.boolean(),
  /** Desktop: closing the window keeps the server running in the tray. */
  closeToBackground: z.boolean(),
  /** Desktop: admin API over HTTP for the command line. */
  adminHttpInDesktop: z.boolean(),
  /** Used at the next start. Flags and environment win over these. */
  servicePort: z.int().min(1).max(65_535),
  adminPort: z.int().min(1).max(65_535),
  /** Automatic backups; 0 = off. */
  backupEveryHours: z.int().min(0).max(720),
  backupKeepCount: z.int().min(1).max(365),
};

/** Every setting. One row a setting in the store; a missing row means the default. */
export const settings = z.object(fields).readonly();
export type Settings = z.output<typeof settings>;

export const DEFAULT_SETTINGS: Settings = {
  requestRetentionDays: 30,
  requestStoreMbMax: 2_048,
  minuteRollupDays: 30,
  hourRollupDays: 400,
  helpContact: null,
  helpUrl: null,
  clipboardClearSeconds: 45,
  screenshotProtection: true,
  closeToBackground: true,
  adminHttpInDesktop: false,
  servicePort: 7_420,
  adminPort: 7_421,
  backupEveryHours: 24,
  backupKeepCount: 14,
};

/** Any subset of the settings. */
export const settingsChange = z.strictObject(fields).partial();
export type SettingsChange = z.output<typeof settingsChange>;

export const settingsProcedures = {
  'settings.get': query('viewer', z.strictObject({}), settings),
  'settings.update': command('admin', settingsChange, settings),
  /** What a change of retention would remove now. */
  'settings.previewRetention': query(
    'viewer',
    z.strictObject({
      requestRetentionDays: z.int().min(1).max(3_650),
      requestStoreMbMax: z.int().min(16).max(1_000_000),
    }),
    z.object({ rowsRemoved: z.int(), rowsKept: z.int(), oldestKeptAt: z.int().nullable() }),
  ),
} as const;
