import type { HandlerInput } from '#contract/contract.ts';
import { shapeOf, weaknessOf } from '#main/domain/key-shape.ts';
import type { ImportEntry, ImportProblem, ReadImport } from '#main/domain/read-key-import.ts';

/** Keys that are judged in one turn, some 10 ms. */
const JUDGED_KEYS = 1_000;
/** Of hashes whose texts nobody has described. */
const ANY_SHAPE = { prefix: '', lengthMin: 12, lengthMax: 512, alphabet: 'visible' } as const;

/** Leaves out what comes twice and what is too weak; says what the texts look like. Gives way in between: of 10,000 keys this
 *  takes a quarter of a second. */
export async function judgeKeys(
  input: Pick<HandlerInput<'keys.import'>, 'format' | 'shape'>,
  { entries, problems }: ReadImport,
) {
  await nextTurn();
  const found: ImportProblem[] = [...problems];
  const lines = new Map<string, number>();
  const once = entries.filter(({ line, text }) => {
    const before = lines.get(text);
    if (before === undefined) lines.set(text, line);
    else found.push({ line, message: `The same key as in line ${String(before)}.` });
    return before === undefined;
  });
  if (input.format === 'sha256') {
    const stated = input.shape === null ? ANY_SHAPE : { ...input.shape, alphabet: 'visible' as const };
    return { strong: once, problems: found, shape: { ...stated, hashKind: 'sha256' as const } };
  }
  const prefix = shapeOf(once.map(({ text }) => text))?.prefix ?? '';
  const strong: ImportEntry[] = [];
  for (let from = 0; from < once.length; from += JUDGED_KEYS) {
    await nextTurn();
    for (const entry of once.slice(from, from + JUDGED_KEYS)) {
      const weakness = weaknessOf(entry.text.slice(prefix.length));
      if (weakness === null) strong.push(entry);
      else found.push({ line: entry.line, message: weakness });
    }
  }
  await nextTurn();
  const shape = shapeOf(strong.map(({ text }) => text));
  return { strong, problems: found, shape: shape === null ? null : { ...shape, hashKind: 'hmac' as const } };
}

/** Verifications that came meanwhile go first. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
