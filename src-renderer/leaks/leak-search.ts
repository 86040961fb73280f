import { z } from 'zod';
import { keyId } from '#contract/ids.ts';

/** What of the page of leaks the address bar holds: a key that somebody suspects. */
export const leakSearch = z.object({ key: keyId.optional().catch(undefined) });
