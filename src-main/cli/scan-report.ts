import { pathToFileURL } from 'node:url';
import { isAbsolute, sep } from 'node:path';
import type { LeakForm, LeakKind } from '#contract/leak-forms.ts';
import { APP_VERSION } from '#main/platform/app-version.ts';
import type { Leak, ScanResult } from './scan-source.ts';

/** How a scan tells what it found. */
export const SCAN_FORMATS = ['text', 'json', 'sarif'] as const;
export type ScanFormat = (typeof SCAN_FORMATS)[number];

const KIND_WORDS: Readonly<Record<LeakKind, string>> = {
  key: 'API key',
  service_token: 'service token',
  admin_token: 'admin token',
  enrolment_token: 'enrolment token',
};
const FORM_WORDS: Readonly<Record<LeakForm, string>> = {
  plain: '',
  escaped: ', escaped',
  utf16: ', in UTF-16',
  base64: ', in base64',
};

/** The result as text. Holds prefixes, key ids and fingerprints, nothing of a secret. */
export function scanReport(format: ScanFormat, result: ScanResult): string {
  if (format === 'json') return JSON.stringify(asJson(result), null, 2);
  return format === 'sarif' ? JSON.stringify(asSarif(result), null, 2) : asText(result);
}

function asText(result: ScanResult): string {
  const lines = result.leaks.map((leak) => {
    const commit =
      leak.commit === null ? '' : ` (since commit ${leak.commit.id.slice(0, 12)}, ${dayOf(leak)})`;
    return `${leak.file}:${String(leak.line)}:${String(leak.column)}: ${KIND_WORDS[leak.kind]} ${leak.name}_…${FORM_WORDS[leak.form]}${commit}`;
  });
  return [...lines, summary(result)].join('\n');
}

function dayOf({ commit }: Leak): string {
  return commit?.at?.slice(0, 10) ?? 'unknown day';
}

function summary({ leaks, lookAlikes, files, bytes, unreadable }: ScanResult): string {
  const distinct = new Set(leaks.map(({ sha256 }) => sha256)).size;
  const found =
    distinct === 0
      ? 'No key or token of Latchkey'
      : `${counted(distinct, 'key or token', 'keys or tokens')} of Latchkey at ${counted(leaks.length, 'place', 'places')}`;
  const where = ` in ${counted(files, 'text', 'texts')}, ${(bytes / 1024 / 1024).toFixed(1)} MiB.`;
  const alike =
    lookAlikes === 0 ? '' : ` ${counted(lookAlikes, 'look-alike has', 'look-alikes have')} a wrong checksum.`;
  const unread =
    unreadable.length === 0 ? '' : ` ${counted(unreadable.length, 'file', 'files')} could not be read.`;
  const advice = distinct === 0 ? '' : ' Whoever can read them can use them: contain them under Leaks.';
  return found + where + alike + unread + advice;
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

function asJson(result: ScanResult) {
  const { leaks, unreadable, lookAlikes, files, bytes } = result;
  return { latchkey: APP_VERSION, leaks, unreadable, lookAlikes, files, bytes };
}

const RULES: Readonly<Record<LeakKind, string>> = {
  key: 'latchkey-key',
  service_token: 'latchkey-service-token',
  admin_token: 'latchkey-admin-token',
  enrolment_token: 'latchkey-enrolment-token',
};

/** SARIF 2.1.0, as code scanning services read it. */
function asSarif({ leaks, unreadable }: ScanResult) {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Latchkey',
            version: APP_VERSION,
            rules: Object.entries(RULES).map(([kind, id]) => ({
              id,
              shortDescription: { text: `A Latchkey ${wordsOf(kind)} that others can read` },
              defaultConfiguration: { level: 'error' },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: unreadable.length === 0,
            toolExecutionNotifications: unreadable.map(({ file, reason }) => ({
              level: 'error',
              message: { text: `${file}: ${reason}` },
            })),
          },
        ],
        results: leaks.map(sarifResult),
      },
    ],
  };
}

function wordsOf(kind: string): string {
  return kind.replaceAll('_', ' ');
}

function sarifResult(leak: Leak) {
  const since = leak.commit === null ? '' : `, since commit ${leak.commit.id}`;
  return {
    ruleId: RULES[leak.kind],
    level: 'error',
    message: {
      text: `${KIND_WORDS[leak.kind]} ${leak.name}_…${FORM_WORDS[leak.form]}${since}. Contain it, then take it out.`,
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(leak.file) },
          region: { startLine: leak.line, startColumn: leak.column },
        },
      },
    ],
    partialFingerprints: { 'latchkeySecret/v1': leak.sha256 },
  };
}

function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.split(sep).map(encodeURIComponent).join('/');
}
