/** Tags by which callers tell what they are, in the order in which they are looked for: `app=billing`. */
const NAMES = ['app', 'application', 'app-name', 'x-app-name'];
const CHARACTERS_MAX = 64;

/** The tag under which the `X-App-Name` header of a request is kept. */
export const APP_NAME_TAG = 'x-app-name';

/** The name that a request gave its application, from its tags; null without one. Versions
 *  of one application are one: `billing/1.2` is `billing`. */
export function appNameOf(tags: readonly string[]): string | null {
  for (const name of NAMES) {
    for (const tag of tags) {
      const equals = tag.indexOf('=');
      if (equals === -1 || tag.slice(0, equals).toLowerCase() !== name) continue;
      const [app = ''] = tag
        .slice(equals + 1)
        .trim()
        .split('/');
      if (app !== '') return app.toLowerCase().slice(0, CHARACTERS_MAX);
    }
  }
  return null;
}

/** Whose key a request came with, by name. */
export interface AppOwner {
  readonly application: string;
  readonly partner: string;
}

/** Is this the name of the key's own application, however it is written: `data-feed`, `Data feed`, `acme-data-feed` where Acme is its
 *  partner? A name without a letter or digit says nothing, and is nobody else's. */
export function isOwnAppName(name: string, { application, partner }: AppOwner): boolean {
  const told = folded(name);
  const own = folded(application);
  return told === '' || told === own || told === folded(partner) + own;
}

/** Letters and digits alone, in one case. Names are cut as they are when they are told. */
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .slice(0, CHARACTERS_MAX)
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
