import { z } from 'zod';
import { job } from './jobs.ts';
import { command } from './procedure.ts';
import { requestFilter } from './requests.ts';

/** Fields of a row that a file can hold, in the order of a file with all of them. */
export const EXPORT_COLUMNS = [
  'at',
  'requestId',
  'source',
  'environment',
  'partner',
  'application',
  'keyId',
  'keyName',
  'secretVersion',
  'service',
  'method',
  'path',
  'code',
  'responseStatus',
  'durationMs',
  'bytes',
  'errorCode',
  'clientIp',
  'userAgent',
  'rule',
  'detail',
  'latencyUs',
  'cost',
  'tags',
] as const;
export type ExportColumn = (typeof EXPORT_COLUMNS)[number];

/** Formats of a file: CSV, a JSON object a line, a Markdown table. */
export const EXPORT_FILE_FORMATS = ['csv', 'jsonl', 'md'] as const;
export type ExportFileFormat = (typeof EXPORT_FILE_FORMATS)[number];

export const requestExportProcedures = {
  /** Writes every matching row into a file, newest first, as a job. Rows that come later than the call are not in it, and never the text
   *  of a key. The job's result says where the file can be fetched; it is kept until EXPORT_FILES_MAX newer ones were made or the
   *  program ends. Cells cannot start a formula. */
  'requests.startExport': command(
    'viewer',
    z.strictObject({
      filter: requestFilter.default({}),
      format: z.enum(EXPORT_FILE_FORMATS).default('csv'),
      /** null = all. */
      columns: z
        .array(z.enum(EXPORT_COLUMNS))
        .min(1)
        .max(EXPORT_COLUMNS.length)
        .readonly()
        .nullable()
        .default(null),
    }),
    job,
  ),
} as const;
