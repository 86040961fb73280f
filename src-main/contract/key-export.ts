import { z } from 'zod';
import { keyId } from './ids.ts';
import { BULK_KEYS_MAX } from './key-bulk.ts';
import { query } from './procedure.ts';
import { EXPORT_FORMATS } from './requests.ts';

export const keyExportProcedures = {
  /** What is known of keys, as a file: never a secret, nor more of one than its last four characters. Keys that are gone are left
   *  out. */
  'keys.export': query(
    'viewer',
    z.strictObject({
      keyIds: z.array(keyId).min(1).max(BULK_KEYS_MAX),
      format: z.enum(EXPORT_FORMATS),
    }),
    z.object({ fileName: z.string(), mediaType: z.string(), content: z.string(), rowCount: z.int() }),
  ),
} as const;
