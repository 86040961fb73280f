import { z } from 'zod';
import { serviceId } from './ids.ts';
import { methodText } from './verify.ts';

/** A request that keys are asked about: without a service, at any of them. */
const callQuestion = z.strictObject({
  method: methodText,
  path: z.string().min(1).max(2_048),
  serviceId: serviceId.optional(),
});

/** What keys can be filtered by beside what they are and whose they are. */
export const keyHealthFields = {
  /** Of the keys that work those that end within 14 days; of all keys those that never end. */
  expires: z.enum(['within14d', 'never']).optional(),
  /** Used, but not in the last 30 days; not once. */
  lastUsed: z.enum(['over30d', 'never']).optional(),
  /** No rate limit that holds for every request and no quota, neither of its own nor of its plan. */
  withoutLimit: z.literal(true).optional(),
  /** Its application has no contact address. */
  missingContact: z.literal(true).optional(),
  /** Created by whoever asks: the same admin, or one of the same name (a session has another id after each sign-in). */
  createdBy: z.literal('me').optional(),
  /** A verification of this request, asked for now by the service, or by any of them, would pass. */
  canCall: callQuestion.optional(),
  /** At least this share of the requests of the last 24 hours was refused or answered with 5xx; keys without requests are left
   *  out. */
  errorRateMin: z.number().min(0).max(1).optional(),
  /** Used as if several had it, against its own last 28 days. */
  sharingSuspected: z.literal(true).optional(),
  /** In use, with allow rules that decided nothing in 29 days. */
  overScoped: z.literal(true).optional(),
};
