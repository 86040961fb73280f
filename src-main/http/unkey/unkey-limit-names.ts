import { hash } from 'node:crypto';
import { limitName } from '#contract/plans.ts';

/** No name of a limit here begins with it. */
const FOREIGN_MARK = '~';
/** 180 bits of SHA-256. */
const HASH_CHARACTERS = 30;

/** What the engine calls a limit of this name. Names that limits can have here mean those; any other text, such as `api:read per user`,
 *  gets a name of its own that no limit here has and, in practice, no other text. */
export function engineLimitName(name: string): string {
  if (limitName.safeParse(name).success) return name;
  return FOREIGN_MARK + hash('sha256', name, 'base64url').slice(0, HASH_CHARACTERS);
}
