/** One line of a `.gitignore`. */
export interface IgnoreRule {
  readonly isNegated: boolean;
  readonly isForFolders: boolean;
  /** Segments of the pattern; `**` stands for any number of them. */
  readonly segments: readonly string[];
}

/** The rules of the text of a `.gitignore`, in its order. */
export function readIgnoreRules(text: string): readonly IgnoreRule[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const rule = readLine(line);
    return rule === null ? [] : [rule];
  });
}

function readLine(line: string): IgnoreRule | null {
  // Blanks at the end count only behind a backslash.
  let pattern = line.replace(/(?<!\\)\s+$/, '');
  if (pattern === '' || pattern.startsWith('#')) return null;
  const isNegated = pattern.startsWith('!');
  if (isNegated) pattern = pattern.slice(1);
  const isForFolders = pattern.endsWith('/');
  if (isForFolders) pattern = pattern.slice(0, -1);
  // A slash that is not the last character ties the pattern to its folder.
  const isTied = pattern.includes('/');
  const segments = pattern.replace(/^\//, '').split('/');
  return { isNegated, isForFolders, segments: isTied ? segments : ['**', ...segments] };
}

/** What the rules of one folder say of a path below it: the last rule that fits decides; null when none does. Folders above it are
 *  asked about before. */
export function isIgnored(
  rules: readonly IgnoreRule[],
  path: readonly string[],
  isFolder: boolean,
): boolean | null {
  const rule = rules.findLast((one) => (isFolder || !one.isForFolders) && fitsSegments(one.segments, path));
  return rule === undefined ? null : !rule.isNegated;
}

function fitsSegments(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first !== '**') {
    const [segment, ...below] = path;
    return segment !== undefined && fitsSegment(first, segment) && fitsSegments(rest, below);
  }
  // At the end it stands for what is inside, not for the folder itself.
  if (rest.length === 0) return path.length > 0;
  return path.some((_segment, index) => fitsSegments(rest, path.slice(index)));
}

/** `*` any characters, `?` one, `[a-z]` one of these, a backslash takes the next one as it is. Linear but for one star to go back to. */
function fitsSegment(pattern: string, segment: string): boolean {
  const tokens = pattern.match(/\\.|\[[!^]?\]?[^\]]*\]|[\s\S]/g) ?? [];
  let token = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < segment.length) {
    const wanted = tokens[token];
    if (wanted === '*') {
      star = token;
      starAt = at;
      token += 1;
    } else if (wanted !== undefined && fitsCharacter(wanted, segment.charAt(at))) {
      token += 1;
      at += 1;
    } else if (star !== -1) {
      token = star + 1;
      starAt += 1;
      at = starAt;
    } else return false;
  }
  while (tokens[token] === '*') token += 1;
  return token === tokens.length;
}

function fitsCharacter(token: string, character: string): boolean {
  if (token === '?') return true;
  if (token.length === 1) return token === character;
  if (token.startsWith('\\')) return token.charAt(1) === character;
  const isNegated = /^\[[!^]/.test(token);
  const members = token.slice(isNegated ? 2 : 1, -1);
  let isMember = false;
  for (let index = 0; index < members.length; index += 1) {
    const from = members.charAt(index);
    if (members.charAt(index + 1) !== '-' || index + 2 >= members.length) isMember ||= from === character;
    else {
      isMember ||= from <= character && character <= members.charAt(index + 2);
      index += 2;
    }
  }
  return isMember !== isNegated;
}
