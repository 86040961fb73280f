import { z } from 'zod';

/** Longest time that a search of the request log may take before it answers with what it has, ms. */
export const SCAN_BUDGET_MS_MAX = 5_000;

/** Fields of a search that may have to look at every row. */
export const scanFields = {
  /** The caller's own name for this search, for `requests.stopSearch`. Hard to guess: whoever knows it can stop the search. */
  searchId: z
    .string()
    .regex(/^[A-Za-z0-9-]{16,64}$/, 'A searchId has 16 to 64 letters, digits or -')
    .optional(),
  /** How long it may take before it answers with what it has. */
  budgetMs: z.int().min(20).max(SCAN_BUDGET_MS_MAX).optional(),
};
