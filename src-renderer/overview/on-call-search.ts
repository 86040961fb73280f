import { z } from 'zod';
import { optionalWord } from '#renderer/format/search.ts';

/** What of the on-call page the address bar holds. */
export const onCallSearch = z.object({ range: optionalWord(['hour', 'day', 'week']) });
