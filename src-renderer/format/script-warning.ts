import { mixedWord } from '#contract/name-scripts.ts';

/** What to say below a name in which one word has letters of several alphabets, of which some are drawn alike; undefined where none has. */
export function scriptWarning(name: string): string | undefined {
  const mixed = mixedWord(name);
  if (mixed === null) return undefined;
  return `One word mixes ${mixed.scripts.join(' and ')} letters (${mixed.rare}): it can be taken for another name.`;
}
