import type { Writable } from 'node:stream';
import { CallError } from './call-admin.ts';
import { askGit, gitPieces, pipeGit, readGitObjects, type GitObject } from './git.ts';
import { createTextScan, type Leak, type LeakCommit, type ScanResult } from './scan-source.ts';

/** Reads what is staged for the next commit, as it is staged. Throws CallError where there is no repository or no Git. */
export async function scanStaged(folder: string, result: ScanResult): Promise<void> {
  checkRepository(folder);
  const files: { readonly object: string; readonly name: string }[] = [];
  const diff = ['diff', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', '--diff-filter=ACMT'];
  let object: string | null = null;
  for await (const piece of gitPieces(folder, diff)) {
    // `:100644 100644 <before> <after> M`, then the name.
    const [, mode = '', , after = ''] = /^:(?:\d+) (\d+) (\S+) (\S+) \S+$/.exec(piece) ?? [];
    if (after !== '') object = mode === SUBMODULE ? null : after;
    else if (object !== null) files.push({ object, name: piece });
  }
  const ask = async (ids: Writable): Promise<void> => {
    ids.end(files.map((file, index) => `${file.object} ${String(index)}\n`).join(''));
    return Promise.resolve();
  };
  await scanObjects(folder, ask, result, ({ note }) => files[Number(note)]?.name ?? note);
}

const SUBMODULE = '160000';

/** Reads every file that any commit ever had, and what commits and tags say: of all branches, tags, stashes and the log of where they
 *  were. Each content is read once. Throws CallError where there is no repository or no Git. */
export async function scanHistory(folder: string, result: ScanResult): Promise<void> {
  checkRepository(folder);
  const ask = (ids: Writable): Promise<void> =>
    pipeGit(folder, ['rev-list', '--objects', '--all', '--reflog'], ids);
  const before = result.leaks.length;
  const objects = new Map<string, GitObject>();
  await scanObjects(folder, ask, result, (object) => {
    objects.set(object.id, object);
    return object.id;
  });
  const commits = new Map<string, LeakCommit | null>();
  for (const [index, leak] of result.leaks.entries()) {
    const object = objects.get(leak.file);
    if (index < before || object === undefined) continue;
    result.leaks[index] = placed(folder, leak, object, commits);
  }
}

function placed(
  folder: string,
  leak: Leak,
  object: GitObject,
  commits: Map<string, LeakCommit | null>,
): Leak {
  const file = object.kind === 'blob' ? object.note || object.id : `${object.kind} ${object.id.slice(0, 12)}`;
  let commit = commits.get(object.id);
  if (commit === undefined) {
    commit = object.kind === 'blob' ? firstCommit(folder, object.id) : commitOf(folder, object.id);
    commits.set(object.id, commit);
  }
  return { ...leak, file, commit };
}

const COMMIT_FORMAT = '--format=%H %cI';

/** The oldest commit that brought this content. */
function firstCommit(folder: string, objectId: string): LeakCommit | null {
  const args = ['log', '--all', '--reflog', '--topo-order', '--no-ext-diff', '--no-textconv', COMMIT_FORMAT];
  return readCommit(
    askGit(folder, [...args, `--find-object=${objectId}`])
      ?.split('\n')
      .at(-1),
  );
}

function commitOf(folder: string, objectId: string): LeakCommit | null {
  return readCommit(askGit(folder, ['show', '--no-patch', COMMIT_FORMAT, `${objectId}^{commit}`]));
}

function readCommit(line: string | null | undefined): LeakCommit | null {
  const [id = '', at] = line?.split(' ') ?? [];
  return id === '' ? null : { id, at: at ?? null };
}

/** `nameOf` is asked for objects in which something was found, and answers what they are shown as. */
async function scanObjects(
  folder: string,
  ask: (ids: Writable) => Promise<void>,
  result: ScanResult,
  nameOf: (object: GitObject) => string,
): Promise<void> {
  let current: GitObject = { id: '', kind: '', note: '' };
  const scan = createTextScan(result, () => nameOf(current));
  await readGitObjects(folder, ask, {
    start: (object) => (current = object),
    // The names of files are read with the commits that have them; a tree is bytes.
    part: (bytes) => {
      if (current.kind !== 'tree') scan.push(bytes);
    },
    end: () => {
      if (current.kind !== 'tree') scan.end();
    },
  });
}

function checkRepository(folder: string): void {
  if (askGit(folder, ['rev-parse', '--git-dir']) !== null) return;
  if (askGit('.', ['--version']) === null)
    throw new CallError('This needs Git, and there is no git command.');
  throw new CallError(`${folder} is in no Git repository.`);
}
