/** Tags by which callers tell what they are, in the order in which they are looked for: `app=billing`. */
const NAMES = ['app', 'application', 'app-name', 'x-app-name'];
const CHARACTERS_MAX = 64;

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
