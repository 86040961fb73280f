import type { CallInput } from '#contract/contract.ts';
import type { ApplicationId, ScopeId } from '#contract/ids.ts';
import {
  FOREIGN_KEY_CHARACTERS_MAX,
  FOREIGN_KEY_CHARACTERS_MIN,
  keyImportInput,
  type KeyImportFormat,
} from '#contract/key-import.ts';
import type { Environment } from '#contract/key-policy.ts';
import { DAY_MS } from '#contract/usage.ts';
import { formProblems, type FieldIssue } from '#renderer/format/form-problems.ts';

/** Ways to say when the imported keys end: days from now, or never. */
export const IMPORT_EXPIRY = ['90', '180', '365', 'none'] as const;

/** The import form. `text` holds key texts of another system: it lives in this component's state and nowhere else. */
export interface ImportDraft {
  readonly applicationId: ApplicationId | null;
  readonly environment: Environment;
  readonly scopeIds: readonly ScopeId[];
  readonly planId: string;
  readonly expiry: (typeof IMPORT_EXPIRY)[number];
  readonly noExpiryReason: string;
  readonly format: KeyImportFormat;
  /** With `kong` alone. */
  readonly consumersAsApplications: boolean;
  readonly text: string;
  /** Of the texts behind hashes. Empty prefix and the widest lengths: nothing is known of them. */
  readonly shapePrefix: string;
  readonly shapeMin: number | null;
  readonly shapeMax: number | null;
}

export const EMPTY_IMPORT: ImportDraft = {
  applicationId: null,
  environment: 'live',
  scopeIds: [],
  planId: '',
  expiry: '180',
  noExpiryReason: '',
  format: 'plain',
  consumersAsApplications: true,
  text: '',
  shapePrefix: '',
  shapeMin: FOREIGN_KEY_CHARACTERS_MIN,
  shapeMax: FOREIGN_KEY_CHARACTERS_MAX,
};

/** Input of keys.import without `dryRun`, or everything that keeps the draft from being one, by field. */
export function readImport(
  draft: ImportDraft,
  nowMs: number,
): { readonly input: CallInput<'keys.import'> | null; readonly problems: readonly FieldIssue[] } {
  const isEndless = draft.expiry === 'none';
  const own: FieldIssue[] = [];
  if (draft.applicationId === null)
    own.push({ path: 'applicationId', message: 'Choose the application that uses the keys.' });
  if (isEndless && draft.noExpiryReason.trim() === '')
    own.push({ path: 'noExpiryReason', message: 'Say why these keys never expire.' });
  if (draft.text.trim() === '') own.push({ path: 'text', message: 'Paste the keys or choose a file.' });
  const parsed = keyImportInput.safeParse({
    applicationId: draft.applicationId,
    environment: draft.environment,
    scopeIds: draft.scopeIds,
    planId: draft.planId === '' ? null : draft.planId,
    expiresAt: isEndless ? null : nowMs + Number(draft.expiry) * DAY_MS,
    noExpiryReason: isEndless && draft.noExpiryReason.trim() !== '' ? draft.noExpiryReason : null,
    format: draft.format,
    consumersAsApplications: draft.format === 'kong' && draft.consumersAsApplications,
    text: draft.text,
    shape: draft.format === 'sha256' && hasShape(draft) ? shapeOf(draft) : null,
  });
  const problems = [...own];
  for (const problem of formProblems(parsed.error)) {
    if (!problems.some(({ path }) => path === problem.path)) problems.push(problem);
  }
  return { input: problems.length === 0 ? (parsed.data ?? null) : null, problems };
}

function hasShape({ shapePrefix, shapeMin, shapeMax }: ImportDraft): boolean {
  const isWidest = shapeMin === FOREIGN_KEY_CHARACTERS_MIN && shapeMax === FOREIGN_KEY_CHARACTERS_MAX;
  return shapePrefix !== '' || !isWidest;
}

function shapeOf({ shapePrefix, shapeMin, shapeMax }: ImportDraft) {
  return { prefix: shapePrefix, lengthMin: shapeMin, lengthMax: shapeMax };
}

/** What the fields of the import get. */
export interface ImportFieldsProps {
  readonly draft: ImportDraft;
  readonly onChange: (part: Partial<ImportDraft>) => void;
  /** What is wrong with a field of the contract. */
  readonly errorOf: (path: string) => string | undefined;
  readonly idOf: (path: string) => string;
}
