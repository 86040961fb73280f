import { z } from 'zod';
import { POLICY_LENGTH_MAX } from './access-policy.ts';
import { templateId } from './ids.ts';
import { noteText } from './names.ts';
import { quota, rateLimit } from './plans.ts';
import { command, query } from './procedure.ts';

/** Limits and life of a trial key. */
const trial = z.object({ rateLimit, quota, days: z.int().min(1).max(365) }).readonly();

const longText = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `At most ${String(max)} characters.`)
    .refine((text) => !/[^\P{C}\n\r\t]/u.test(text), 'Remove control or invisible characters.');

const settingsFields = {
  /** Can strangers ask at all? Otherwise the page says whom to write to. */
  isOpen: z.boolean(),
  /** Who may read the endpoint catalogue in the form: those on this machine's own addresses, or everybody. */
  catalogue: z.enum(['nobody', 'local', 'everyone']),
  /** Above the form and on the page of a key's holder; why we ask. Empty: DEFAULT_INTRODUCTION. */
  introduction: noteText,
  /** Empty: there are none to accept. */
  terms: longText(10_000),
  /** On its own page, for everybody: lines that begin with `# ` are headings, those with `- ` points. Empty: DEFAULT_ACCESS_POLICY. */
  policy: longText(POLICY_LENGTH_MAX),
  /** Which keys wait until their contact is confirmed by a code. */
  confirms: z.enum(['always', 'live_only']),
  trial,
  /** Test keys that nobody has to approve, within a budget. */
  automatic: z
    .object({
      isOn: z.boolean(),
      /** Gives scopes and bindings; what it does not allow waits for a person. Its limits are those of a trial. */
      templateId: templateId.nullable(),
      /** Domains of contacts, `acme.example`; none = any. */
      mailDomains: z
        .array(
          z
            .string()
            .trim()
            .toLowerCase()
            .regex(
              /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/,
              'Use a domain such as acme.example.',
            ),
        )
        .max(50)
        .readonly(),
      /** How many in 24 hours. */
      perDayMax: z.int().min(1).max(100),
      requestsPerDayMax: z.int().min(1).max(10_000),
    })
    .readonly(),
};
const accessSettings = z.object({ ...settingsFields, termsVersion: z.int().nullable() }).readonly();
export type AccessSettings = z.output<typeof accessSettings>;
/** What is stored of them: the terms are kept by version. */
export const storedAccessSettings = accessSettings
  .unwrap()
  .omit({ terms: true, termsVersion: true })
  // Stores from before it have none.
  .extend({ policy: settingsFields.policy.default('') });

/** As every store begins. */
export const DEFAULT_ACCESS_SETTINGS: z.output<typeof storedAccessSettings> = {
  isOpen: true,
  catalogue: 'local',
  introduction: '',
  policy: '',
  confirms: 'always',
  trial: {
    rateLimit: { limit: 60, windowMs: 60_000 },
    quota: { limit: 1_000, period: 'day', timeZone: 'UTC', resetDay: 1, by: 'key', isSoft: false },
    days: 14,
  },
  automatic: { isOn: false, templateId: null, mailDomains: [], perDayMax: 5, requestsPerDayMax: 1_000 },
};

export const accessSettingsProcedures = {
  'accessRequests.settings': query('viewer', z.strictObject({}), accessSettings),
  /** Other terms get the next version; requests keep the one that they accepted. */
  'accessRequests.updateSettings': command(
    'admin',
    z.strictObject(settingsFields).partial(),
    accessSettings,
    ['TEMPLATE_NOT_FOUND'],
  ),
} as const;
