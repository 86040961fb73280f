import { z } from 'zod';
import { keyId, timestampMs } from './ids.ts';
import { environment } from './key-policy.ts';
import { query } from './procedure.ts';
import { decisionCode } from './verify.ts';

/** Languages of the examples. */
/** `basic` and `pair` are commands for programs that want an id and a secret apart; imported keys have none of these. */
const SNIPPET_LANGUAGES = ['curl', 'javascript', 'python', 'go', 'basic', 'pair'] as const;

const texts = z.array(z.string()).readonly();

/** One page about a key for the partner who uses it. No field holds a secret, and every text is ready to be read. */
export const passport = z
  .object({
    keyId,
    keyName: z.string(),
    applicationName: z.string(),
    partnerName: z.string(),
    environment,
    /** When it was written: what it says may have changed since. */
    madeAt: timestampMs,
    facts: z.array(z.object({ name: z.string(), value: z.string() }).readonly()).readonly(),
    /** What the key may call: by scope, and last by its own rules, which have no name. */
    calls: z
      .array(
        z
          .object({
            name: z.string().nullable(),
            description: z.string(),
            /** null: every service. */
            service: z.string().nullable(),
            baseUrl: z.string().nullable(),
            may: texts,
            mayNot: texts,
          })
          .readonly(),
      )
      .readonly(),
    limits: texts,
    /** From where, with what and when it may be used; empty: no such bounds. */
    bounds: texts,
    /** The environment variable that the examples read the key from. */
    variable: z.string(),
    snippets: z
      .array(
        z.object({ language: z.enum(SNIPPET_LANGUAGES), label: z.string(), code: z.string() }).readonly(),
      )
      .readonly(),
    errors: z
      .array(
        z
          .object({ code: decisionCode, status: z.int(), meaning: z.string(), whatToDo: z.string() })
          .readonly(),
      )
      .readonly(),
    /** The whole page as Markdown, and a name for its file. */
    markdown: z.string(),
    fileName: z.string(),
  })
  .readonly();
export type Passport = z.infer<typeof passport>;

export const passportProcedures = {
  /** What a partner should know about a key of theirs. */
  'passport.get': query('viewer', z.strictObject({ keyId }), passport, ['KEY_NOT_FOUND']),
} as const;
