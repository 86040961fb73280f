import { expect, test } from 'vitest';
import { applicationId } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { EMPTY_IMPORT, readImport, type ImportDraft } from './import-draft.ts';

const NOW = Date.UTC(2026, 10, 22);
const GOOD: ImportDraft = {
  ...EMPTY_IMPORT,
  applicationId: applicationId.parse('app_0123456789abcdef'),
  text: 'old feed,4f3c2b1a-9d8e-4a7b-8c6d-1e2f3a4b5c6d',
};
const problemsOf = (draft: ImportDraft) => readImport(draft, NOW).problems.map(({ path }) => path);

test('application and text are enough; the keys end in half a year', () => {
  expect(readImport(GOOD, NOW).input).toMatchObject({
    format: 'plain',
    expiresAt: NOW + 180 * DAY_MS,
    noExpiryReason: null,
    shape: null,
  });
});

test('everything that is missing is named, once', () => {
  expect(problemsOf({ ...EMPTY_IMPORT, expiry: 'none' })).toEqual([
    'applicationId',
    'noExpiryReason',
    'text',
  ]);
  expect(readImport(EMPTY_IMPORT, NOW).input).toBeNull();
});

test('a shape goes with hashes alone, and only when something is known of them', () => {
  const hashes = { ...GOOD, format: 'sha256' } as const;
  expect(readImport(hashes, NOW).input?.shape).toBeNull();
  expect(readImport({ ...hashes, shapePrefix: 'sk_' }, NOW).input?.shape).toEqual({
    prefix: 'sk_',
    lengthMin: 12,
    lengthMax: 512,
  });
  expect(readImport({ ...GOOD, shapePrefix: 'sk_' }, NOW).input?.shape).toBeNull();
  expect(problemsOf({ ...hashes, shapeMin: 40, shapeMax: 20 })).toEqual(['shape.lengthMax']);
});
