/** Scripts by their names in sentences: those whose letters can be taken for each other's. */
const SCRIPTS = {
  Latin: /\p{Script=Latin}/u,
  Greek: /\p{Script=Greek}/u,
  Cyrillic: /\p{Script=Cyrillic}/u,
  Armenian: /\p{Script=Armenian}/u,
  Cherokee: /\p{Script=Cherokee}/u,
  Coptic: /\p{Script=Coptic}/u,
} as const;

/** The script of a letter as people call it, such as "Cyrillic"; null of letters of others, and of signs and digits. */
export function scriptOf(letter: string): string | null {
  for (const [script, pattern] of Object.entries(SCRIPTS)) if (pattern.test(letter)) return script;
  return null;
}

/** Scripts with look-alikes that one word of a text mixes, such as Latin and Cyrillic, with the letters of all but its commonest; null
 *  when no word does. Scripts side by side in words of their own are no mix. */
export function mixedWord(
  text: string,
): { readonly scripts: readonly string[]; readonly rare: string } | null {
  for (const word of text.split(/[^\p{L}\p{M}]+/u)) {
    const letters = new Map<string, string>();
    for (const letter of word) {
      const script = scriptOf(letter);
      if (script !== null) letters.set(script, `${letters.get(script) ?? ''}${letter}`);
    }
    if (letters.size < 2) continue;
    const [, ...others] = [...letters].sort(([, one], [, other]) => other.length - one.length);
    return { scripts: [...letters.keys()], rare: others.map(([, rare]) => rare).join('') };
  }
  return null;
}
