import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { randomBytes } from '#main/platform/random.ts';

const CHARACTERS_MAX = 20;
const NUMBERS_TRIED = 99;

/** A slug that no application has, made of what can be read of `name`. */
export function freeSlug({ db }: Pick<UseCaseContext, 'db'>, name: string): string {
  const letters = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, CHARACTERS_MAX);
  const wanted = letters.length < 2 ? 'app' : letters;
  if (db.applications.findBySlug(wanted) === null) return wanted;
  for (let number = 2; number <= NUMBERS_TRIED; number += 1) {
    const slug = `${wanted}${String(number)}`;
    if (db.applications.findBySlug(slug) === null) return slug;
  }
  return `app${randomBase62(12, randomBytes).toLowerCase()}`;
}
