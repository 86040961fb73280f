import { CHILD_FIELDS, type ChildField, type ChildKey, type PivotRow } from '#contract/enrolment.ts';
import type { Key } from '#contract/keys.ts';

/** What children can be counted by, as people call it. */
export const FIELD_WORDS: Readonly<Record<ChildField, string>> = {
  version: 'Version',
  commit: 'Commit',
  build: 'Build',
  device: 'Device',
  developer: 'Developer',
};

/** Why no token can be made for a key; undefined when one can. */
export function tokenObstacle({ status }: Pick<Key, 'status'>): string | undefined {
  if (status === 'active' || status === 'rotating') return undefined;
  return `The key is ${status}: one that does not work can have no children.`;
}

/** Why the policy of a key cannot be changed; undefined when it can. */
export function policyObstacle({ status, parent }: Pick<Key, 'status' | 'parent'>): string | undefined {
  if (status === 'revoked') return 'The key is revoked.';
  return parent === null ? undefined : `It has all of this of its parent, ${parent.name}. Change it there.`;
}

/** What a child is of, in one line: `318 · abcdef12 · till-4`. */
export function originText(child: Pick<ChildKey, ChildField>): string {
  return CHILD_FIELDS.flatMap((field) => shortValue(field, child[field]) ?? []).join(' · ');
}

/** Who asked for a child: `Dana Young, dana@acme.example`; empty where that was not told. */
export function contactText({
  contactName,
  contactEmail,
}: Pick<ChildKey, 'contactName' | 'contactEmail'>): string {
  return [contactName, contactEmail].filter((text) => text !== '').join(', ');
}

const COMMIT_CHARACTERS = 8;

/** A value as lists show it: of a commit only as much as people read. */
export function shortValue(field: ChildField, value: string | null): string | null {
  return field === 'commit' && value !== null ? value.slice(0, COMMIT_CHARACTERS) : value;
}

/** The query of the request log that shows the requests of a group of children. Its tags are cut like the log's. */
export function groupQuery(field: ChildField, value: string): string {
  return `tag:"${field}=${value}"`.slice(0, 200);
}

/** Requests of the busiest group, at least 1. */
export function busiest(rows: readonly Pick<PivotRow, 'total'>[]): number {
  return rows.reduce((most, { total }) => Math.max(most, total), 1);
}

/** How long the parts of a group's bar are, per cent of the busiest group's: what went well, and what did not. */
export function barParts(
  { total, errorRate }: Pick<PivotRow, 'total' | 'errorRate'>,
  most: number,
): { readonly well: number; readonly ill: number } {
  const ill = ((total * errorRate) / most) * 100;
  return { well: (total / most) * 100 - ill, ill };
}
