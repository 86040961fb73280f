import type { FieldProblem } from '#contract/errors.ts';
import { parseNetwork } from './ip-address.ts';

/** What in a list is neither an address nor a network, one problem an entry, at `path.index`. */
export function networkProblems(path: string, texts: readonly string[]): readonly FieldProblem[] {
  return texts.flatMap((text, index) => {
    const message = `“${text}” is no address and no network. Use for example 203.0.113.9 or 10.0.0.0/8.`;
    return parseNetwork(text) === null ? [{ path: `${path}.${String(index)}`, message }] : [];
  });
}
