import { z } from 'zod';
import { cidr } from './bindings.ts';
import { keyLifetimes } from './key-lifetimes.ts';
import { command, query } from './procedure.ts';

/** Long enough that whoever still uses such a key was told what became of it. */
const deadKeyRetentionDays = z.int().min(7).max(3_650);

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
  /** Under which people outside reach the public pages of the service listener, by a proxy or tunnel; null = nobody can. */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .nullable(),
  clipboardClearSeconds: z.int().min(10).max(300),
  /** Screen capture is blocked while a secret is on screen (desktop). */
  screenshotProtection: z.boolean(),
  /** Desktop: closing the window keeps the server running in the tray. */
  closeToBackground: z.boolean(),
  /** Desktop: admin API over HTTP for the command line. */
  adminHttpInDesktop: z.boolean(),
  /** Used at the next start; `ports.change` moves a running listener. Flags and environment win over these. */
  servicePort: z.int().min(1).max(65_535),
  adminPort: z.int().min(1).max(65_535),
  /** Proxies whose X-Forwarded-For is believed, beyond the one that asks with a service token. Addresses or networks. */
  trustedProxies: z.array(cidr).max(100).readonly(),
  /** Failed verifications (no key of ours, unknown, wrong secret) that one client address may have; IPv6 by its /64. 0 = any. Those
   *  without an address are counted for the service that asks, which may have FAILURES_WITHOUT_ADDRESS_TIMES as many. */
  failuresMax: z.int().min(0).max(1_000_000),
  /** How many of them are forgiven a second. A success forgives none. */
  failuresForgivenPerSecond: z.number().min(0.01).max(10_000),
  /** Addresses or networks whose failures are not counted. */
  failuresExempt: z.array(cidr).max(100).readonly(),
  /** Verifications a second of all services together; beyond it 503. The last tenth is for known keys. null = no ceiling. */
  verifyPerSecondMax: z.int().min(1).max(10_000_000).nullable(),
  /** Lag of the event loop from which verifications with unknown keys are answered with 503; known ones from four times of it. 0 = never. */
  shedLagMs: z.int().min(0).max(60_000),
  /** A verification that took so long is told on the on-call page and, once a minute, in the program's log. */
  slowVerifyMs: z.int().min(1).max(60_000),
  /** Where a line of JSON is written for every request of the service listener; `file` is access.log in the data directory. */
  accessLog: z.enum(['off', 'file', 'stderr']),
  /** How many of the busiest keys GET /metrics names; 0 = none, so that the number of its series does not depend on keys. */
  metricsTopKeys: z.int().min(0).max(50),
  /** How long keys live, by the tier of their partner. Asked where an end is chosen; what a key has already stays. */
  keyLifetimes,
  /** So many days after they were revoked or expired, keys are removed for good; null = never. */
  deadKeyRetentionDays: deadKeyRetentionDays.nullable(),
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
  publicUrl: null,
  clipboardClearSeconds: 45,
  screenshotProtection: true,
  closeToBackground: true,
  adminHttpInDesktop: false,
  servicePort: 7_420,
  adminPort: 7_421,
  trustedProxies: [],
  failuresMax: 100,
  failuresForgivenPerSecond: 1,
  failuresExempt: [],
  verifyPerSecondMax: null,
  shedLagMs: 100,
  slowVerifyMs: 50,
  accessLog: 'off',
  metricsTopKeys: 0,
  keyLifetimes: [],
  deadKeyRetentionDays: null,
  backupEveryHours: 24,
  backupKeepCount: 14,
};

/** All callers of a service of which it does not say the address share one budget, so many times that of one address. */
export const FAILURES_WITHOUT_ADDRESS_TIMES = 10;

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
  /** How many revoked and expired keys, with their child keys, such a retention would remove now. */
  'settings.previewPurge': query(
    'viewer',
    z.strictObject({ deadKeyRetentionDays }),
    z.object({ keysRemoved: z.int() }).readonly(),
  ),
} as const;
