import type { QueryFieldName } from '#contract/query-fields.ts';
import type { QueryTest } from '#contract/request-query.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import type { PrincipalRow } from '#main/sqlite/requests-principal-queries.ts';

/** Numbers of the principals that fit; reads them once. */
export type PrincipalFinder = (fits: (row: PrincipalRow) => boolean) => readonly number[];

/** See PrincipalFinder. */
export function principalFinder(db: RequestsDatabase): PrincipalFinder {
  let all: readonly PrincipalRow[] | null = null;
  return (fits) => {
    all ??= db.dimensions.allPrincipals();
    return all.filter(fits).map((row) => row.id);
  };
}

const PRINCIPAL_FIELDS: readonly QueryFieldName[] = ['key', 'partner', 'application', 'secret'];

/** Is a test about the key or its owner? */
export function isPrincipalTest(test: QueryTest | null): boolean {
  if (test?.kind === 'environment') return true;
  return (test?.kind === 'words' || test?.kind === 'number') && PRINCIPAL_FIELDS.includes(test.field);
}

/** Whether the key and owner of a principal are meant. Names by part, ASCII letters of either case; ids whole. */
export function fitsPrincipal(row: PrincipalRow, test: QueryTest): boolean {
  if (test.kind === 'environment') return row.environment === test.environment;
  if (test.kind === 'number') {
    return test.anyOf.some((all) => all.every((one) => holds(row.secretVersion, one)));
  }
  if (test.kind !== 'words') return false;
  const [id, name] =
    test.field === 'key'
      ? [row.keyId, row.keyName]
      : test.field === 'partner'
        ? [row.partnerId, row.partner]
        : [row.applicationId, row.application];
  return test.parts.some((part) => part === id || foldCase(name).includes(foldCase(part)));
}

function holds(
  value: number,
  { operator, value: edge }: { readonly operator: string; readonly value: number },
): boolean {
  switch (operator) {
    case '=':
      return value === edge;
    case '<':
      return value < edge;
    case '<=':
      return value <= edge;
    case '>':
      return value > edge;
    default:
      return value >= edge;
  }
}

/** As SQLite's lower() does: other letters than ASCII stay as they are. */
export function foldCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
