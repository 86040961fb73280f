import type { HandlerInput, Output } from '#contract/contract.ts';
import { FOUND_KEYS_MAX } from '#contract/key-find.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Longer texts are no letters that somebody leaves out in between, and their patterns would cost time. */
const LETTERS_MAX = 12;

/** Keys that a text fits, the nearest kinds of fit first; each further kind is asked only while there are too few. */
export function findKeys({ db }: UseCaseContext, { text }: HandlerInput<'keys.find'>): Output<'keys.find'> {
  const { byName, byId, byFingerprint, byPartOfName, byOwner, byLetters, shown } = db.keyFind;
  // One more than shown tells that there are others.
  const wanted = FOUND_KEYS_MAX + 1;
  const found = new Set<string>();
  for (const find of [
    () => byName(text, wanted),
    () => byId(idPart(text), wanted),
    () => byFingerprint(text, wanted),
    () => byPartOfName(text, wanted),
    () => byOwner(text, wanted),
    () => (text.length <= LETTERS_MAX ? byLetters(text.replaceAll(/\s/g, ''), wanted) : []),
  ]) {
    if (found.size < wanted) for (const id of find()) found.add(id);
  }
  return { items: shown([...found].slice(0, FOUND_KEYS_MAX)), hasMore: found.size > FOUND_KEYS_MAX };
}

/** The key id of a hint that was copied, `lk_live_datafeed_k7Qd2mX9pR4t_…9f4A`; other texts as they are. */
function idPart(text: string): string {
  return /^lk_(?:live|test)_[a-z0-9]+_([0-9A-Za-z]+)/.exec(text)?.[1] ?? text;
}
