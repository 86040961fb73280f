import { POLICY_FIELDS } from '#contract/policy-fields.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { StoredKey } from '#main/sqlite/stored-key.ts';

/** What of a child is its parent's alone. */
const OF_THE_PARENT: readonly string[] = [
  ...POLICY_FIELDS,
  'signedBy',
  'templateId',
  'expiresAt',
  'noExpiryReason',
];

/** Throws WRONG_STATUS when the changes of a child name what it has of its parent. The store would write it over again anyway. */
export function checkChild({ parentId }: Pick<StoredKey, 'parentId'>, changes: object): void {
  if (parentId === null) return;
  const field = Object.keys(changes).find((name) => OF_THE_PARENT.includes(name));
  if (field === undefined) return;
  const message = `${field}: this is a child key, which has it of its parent. Change the parent, or make another enrolment token.`;
  throw new AppError('WRONG_STATUS', message, [{ path: field, message: 'Comes from the parent key.' }]);
}
