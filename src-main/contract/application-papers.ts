import { z } from 'zod';
import { applicationId, keyId, timestampMs } from './ids.ts';
import { environment } from './key-policy.ts';
import { keyStatus } from './keys.ts';
import { query } from './procedure.ts';

/** A key that was used within this time is in use. */
export const PAPERS_USE_MS = 30 * 86_400_000;
/** Keys that are named, working ones first. */
export const PAPERS_KEYS_MAX = 200;
/** The newest requests whose tags are read. */
export const PAPERS_ROWS_MAX = 200;

/** What a build says of itself with each request, or when it fetched its key. */
export const BUILD_FIELDS = ['version', 'commit', 'repo'] as const;

const papersKey = z
  .object({
    keyId,
    name: z.string(),
    hint: z.string(),
    environment,
    status: keyStatus,
    lastUsedAt: timestampMs.nullable(),
    expiresAt: timestampMs.nullable(),
  })
  .readonly();

/** What can be shown to others about an application. Nothing in it is secret. */
export const applicationPapers = z
  .object({
    applicationId,
    applicationName: z.string(),
    partnerName: z.string(),
    contactEmail: z.string(),
    madeAt: timestampMs,
    /** `in_use`: a key that works was used within PAPERS_USE_MS; `unused`: there is one, and it was not; `none`: no key works. */
    verdict: z.enum(['in_use', 'unused', 'none']),
    /** The same as a sentence. */
    statement: z.string(),
    /** Keys of its own that are not revoked, without those of builds. */
    keys: z.array(papersKey).readonly(),
    /** There are more than PAPERS_KEYS_MAX. */
    isCut: z.boolean(),
    /** Seen in the newest PAPERS_ROWS_MAX requests of PAPERS_USE_MS or named by a build that fetched a key; newest first. */
    builds: z
      .array(z.object({ field: z.enum(BUILD_FIELDS), value: z.string(), lastAt: timestampMs }).readonly())
      .readonly(),
    /** The attestation as Markdown, and a name for its file. */
    attestation: z.string(),
    fileName: z.string(),
    /** What somebody who is new to the application has to do, as Markdown. */
    onboardingNote: z.string(),
  })
  .readonly();
export type ApplicationPapers = z.infer<typeof applicationPapers>;

export const applicationPapersProcedures = {
  /** Whether an application uses a valid key of its own, for a review of the project, and the note for people who are new to it. */
  'applications.papers': query('viewer', z.strictObject({ applicationId }), applicationPapers, [
    'APPLICATION_NOT_FOUND',
  ]),
} as const;
