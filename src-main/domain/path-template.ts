import { normalisePath } from './normalise-path.ts';
import { parsePattern } from './path-rules.ts';

/** Makes a test whether a path as it was logged, maybe with a query string, fits a template: `*` and `{name}` one segment, `**` the rest.
 *  Compared as rules are. A template that is no pattern fits only the very same text. */
export function fitsTemplate(template: string): (path: string) => boolean {
  const parsed = parsePattern(template);
  if (!parsed.ok) return (path) => path === template;
  const { segments, takesRest } = parsed.pattern;
  return (path) => {
    const asked = normalisePath(path);
    if (!asked.ok) return false;
    const found = asked.segments;
    if (takesRest ? found.length <= segments.length : found.length !== segments.length) return false;
    return segments.every((segment, index) =>
      segment === null ? found[index] !== '' : segment === found[index],
    );
  };
}
