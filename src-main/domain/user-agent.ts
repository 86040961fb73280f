/** Characters of a user agent that are read; real ones have a few hundred. */
const READ_CHARACTERS_MAX = 2_048;

/** Names of the products in a User-Agent text, in lower case: `curl/8.5.0` has `curl`, `Mozilla/5.0 (X11; Bot/1) Safari/537` has
 *  `mozilla` and `safari`. What stands in parentheses is a comment, and anybody may be named there. Linear in the text. */
export function userAgentFamilies(userAgent: string): ReadonlySet<string> {
  const families = new Set<string>();
  let depth = 0;
  let word = '';
  const end = (): void => {
    const slash = word.indexOf('/');
    const name = slash === -1 ? word : word.slice(0, slash);
    if (name !== '') families.add(name.toLowerCase());
    word = '';
  };
  for (const character of userAgent.slice(0, READ_CHARACTERS_MAX)) {
    if (character === '(') {
      if (depth === 0) end();
      depth += 1;
    } else if (character === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && (character === ' ' || character === '\t')) end();
    else if (depth === 0) word += character;
  }
  if (depth === 0) end();
  return families;
}

/** Why a user agent is not of an allowed family, as a sentence; null when it is. `allowed` in lower case. A user agent is easily
 *  forged: this keeps mistakes away, not attackers. */
export function userAgentRefusal(allowed: ReadonlySet<string>, userAgent: string | null): string | null {
  if (userAgent === null) return 'This key is bound to user agents and the request names none.';
  for (const family of userAgentFamilies(userAgent)) if (allowed.has(family)) return null;
  return 'This key may not be used by this user agent.';
}
