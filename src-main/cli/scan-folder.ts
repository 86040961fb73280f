import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isIgnored, readIgnoreRules, type IgnoreRule } from '#main/domain/ignore-rules.ts';
import { errorCode } from '#main/platform/error-code.ts';
import { askGit, gitPieces } from './git.ts';

/** A file to be read. `shown` is its path as it was asked for. */
export interface FoundFile {
  readonly path: string;
  readonly shown: string;
}

/** A folder that cannot be read. */
export interface UnreadableFolder {
  readonly shown: string;
  readonly reason: string;
}

/** Every regular file below a folder, links not followed, `.git` left out. Unless `readsIgnored`, files that Git ignores are left out
 *  and files that it tracks are not, ignored or not; where there is no Git, the `.gitignore` files decide. */
export async function* filesBelow(
  folder: string,
  options: { readonly readsIgnored: boolean; readonly onUnreadable: (folder: UnreadableFolder) => void },
): AsyncGenerator<FoundFile> {
  const isTracked =
    !options.readsIgnored && askGit(folder, ['rev-parse', '--is-inside-work-tree']) === 'true';
  if (!isTracked) {
    yield* walk(folder, { ...options, folder, scopes: [] });
    return;
  }
  const wanted = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  for await (const name of gitPieces(folder, wanted)) {
    const path = join(folder, name);
    const kind = kindOf(path);
    if (kind === 'file') yield { path, shown: path };
    // A repository inside this one.
    else if (kind === 'folder') yield* filesBelow(path, options);
  }
}

/** The rules of a folder and where it is. */
interface Scope {
  readonly folder: string;
  readonly rules: readonly IgnoreRule[];
}

interface Walk {
  readonly folder: string;
  readonly scopes: readonly Scope[];
  readonly readsIgnored: boolean;
  readonly onUnreadable: (folder: UnreadableFolder) => void;
}

function* walk(folder: string, asked: Walk): Generator<FoundFile> {
  const scopes = asked.readsIgnored ? [] : [...asked.scopes, ...scopeOf(folder)];
  for (const entry of entriesOf(folder, asked.onUnreadable)) {
    if (entry.name === '.git') continue;
    const path = join(folder, entry.name);
    const isFolder = entry.isDirectory();
    if (!isFolder && !entry.isFile()) continue;
    if (isLeftOut(scopes, path, isFolder)) continue;
    if (isFolder) yield* walk(path, { ...asked, folder: path, scopes });
    else yield { path, shown: path };
  }
}

function entriesOf(folder: string, onUnreadable: Walk['onUnreadable']) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    onUnreadable({ shown: folder, reason: errorCode(error) });
    return [];
  }
}

function scopeOf(folder: string): readonly Scope[] {
  try {
    return [{ folder, rules: readIgnoreRules(readFileSync(join(folder, '.gitignore'), 'utf8')) }];
  } catch {
    // Most folders have none; one that cannot be read leaves nothing out.
    return [];
  }
}

/** The deepest folder that has something to say decides. */
function isLeftOut(scopes: readonly Scope[], path: string, isFolder: boolean): boolean {
  for (const { folder, rules } of scopes.toReversed()) {
    const said = isIgnored(rules, relative(folder, path).split(sep), isFolder);
    if (said !== null) return said;
  }
  return false;
}

function kindOf(path: string): 'file' | 'folder' | 'other' {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return 'file';
  return stats?.isDirectory() === true ? 'folder' : 'other';
}
