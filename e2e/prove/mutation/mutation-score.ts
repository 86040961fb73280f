import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Mutant } from './instrument.ts';

/** A part whose tests are judged, with the tests that belong to it; paths below src-main, without their ends. */
export interface JudgedPart {
  readonly source: string;
  readonly tests: readonly string[];
  /** Mutants that nobody can see, because they change nothing but time or room; they do not count. */
  readonly equivalents?: readonly Equivalent[];
}

/** Mutants of one line that change nothing that can be seen, and why. */
export interface Equivalent {
  readonly lineText: string;
  readonly becomes: readonly string[];
  readonly why: string;
}

/** How many of a part's mutants its tests see. */
export interface MutationScore {
  readonly killed: number;
  /** Without those that nobody can see. */
  readonly total: number;
  readonly equivalent: number;
  readonly survivors: readonly Mutant[];
}

const RUNNER = join(import.meta.dirname, 'run-mutants.ts');

type Line =
  | { readonly event: 'ready'; readonly failure: string | null; readonly mutants: readonly Mutant[] }
  | { readonly event: 'start'; readonly id: number }
  | { readonly event: 'end'; readonly id: number; readonly isKilled: boolean }
  | { readonly event: 'done' };

/** Runs the part's tests with each of its mutants. One that runs for ten times as long as the tests without it counts as seen.
 *  Throws when the tests fail without a mutant, and when one that was said to be invisible is seen or not there. */
export async function mutationScore(
  root: string,
  { source, tests, equivalents = [] }: JudgedPart,
): Promise<MutationScore> {
  const at = (path: string): string => join(root, 'src-main', path);
  const args = [`${at(source)}.ts`, ...tests.map((test) => `${at(test)}.test.ts`)] as const;
  let mutants: readonly Mutant[] = [];
  const alive = new Set<number>();
  let next = 1;
  do {
    const [path, ...files] = args;
    const ended = await runFrom([path, String(next), ...files], (line) => {
      if (line.event === 'ready') mutants = line.mutants;
      if (line.event === 'start') next = line.id + 1;
      if (line.event === 'end' && !line.isKilled) alive.add(line.id);
    });
    if (ended === 'done') break;
  } while (next <= mutants.length);
  const survivors = mutants.filter(({ id }) => alive.has(id));
  const unseen = survivors.filter((one) => equivalents.some((other) => isOf(one, other)));
  for (const listed of equivalents)
    for (const becomes of listed.becomes)
      if (!unseen.some((one) => isOf(one, { ...listed, becomes: [becomes] })))
        throw new Error(
          `A test sees "${listed.lineText}" with ${becomes}, or it is not there: it does count.`,
        );
  const counted = survivors.filter((one) => !unseen.includes(one));
  const total = mutants.length - unseen.length;
  return { killed: total - counted.length, total, equivalent: unseen.length, survivors: counted };
}

function isOf(mutant: Mutant, { lineText, becomes }: Equivalent): boolean {
  return mutant.lineText === lineText && becomes.includes(mutant.becomes);
}

/** Do these tests fail in this copy of the sources? */
export async function testsFail(root: string, tests: readonly string[]): Promise<boolean> {
  let failure: string | null = 'They did not run.';
  await runFrom(
    ['-', '0', ...tests.map((test) => join(root, 'src-main', `${test}.test.ts`))],
    (line) => {
      if (line.event === 'ready') failure = line.failure;
    },
    true,
  );
  return failure !== null;
}

const SILENT_MS_LEAST = 20_000;
const TIMES_AS_LONG = 10;

/** A mutant may never end, or take the process with it: then the process is ended, and the next one goes on behind it. */
function runFrom(
  args: readonly string[],
  hear: (line: Line) => void,
  mayFail = false,
): Promise<'done' | 'ended'> {
  const child = spawn(process.execPath, [RUNNER, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const startedAt = performance.now();
  let limitMs = SILENT_MS_LEAST * 3;
  let isDone = false;
  let failure: Error | null = null;
  let timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    if (line.event === 'ready') {
      if (line.failure !== null && !mayFail)
        failure = new Error(`The tests fail without a mutant: ${line.failure}`);
      limitMs = Math.max(SILENT_MS_LEAST, TIMES_AS_LONG * (performance.now() - startedAt));
    }
    isDone ||= line.event === 'done';
    hear(line);
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  });
  return new Promise((resolve, reject) => {
    child.once('close', () => {
      clearTimeout(timer);
      if (failure !== null) reject(failure);
      else resolve(isDone ? 'done' : 'ended');
    });
  });
}
