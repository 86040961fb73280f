import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '#main/platform/error-code.ts';
import type { Figure, ProveCase, Workbench } from './case.ts';
import { patchedProgram, type Program } from './program.ts';

/** How a case is to be proved. */
export interface ProveOptions {
  /** Asked when it needs it. */
  readonly program: () => Program;
  readonly amount: 'quick' | 'full' | 'all';
  /** A figure or control that takes longer has failed. */
  readonly limitMs: number;
  readonly say: (text: string) => void;
}

/** A promise after its run. */
export interface Proof {
  readonly id: string;
  readonly promise: string;
  readonly target: string;
  /** What was reached, or the error that ended it. */
  readonly reached: string;
  readonly holds: boolean;
  readonly controls: readonly ControlProof[];
  readonly whyNoControl: string | null;
  readonly seconds: number;
  /** Of the process that proves it and of the programs that it started, as far as they have ended: on a busy machine this says more.
   *  null where the system does not tell. */
  readonly processorSeconds: number | null;
}

/** A planted fault, and whether the check saw it. */
export interface ControlProof {
  readonly fault: string;
  readonly reached: string;
  readonly isRed: boolean;
}

/** With --quick one round in so many is done. */
const QUICK_PART = 20;

/** Is the promise kept, and was every control red? One without a control must say why. */
export function isProved({ holds, controls, whyNoControl }: Proof): boolean {
  if (controls.length === 0 && whyNoControl === null) return false;
  return holds && controls.every(({ isRed }) => isRed);
}

/** Runs a case: its figure, then its controls. An error of either is told in the proof. */
export async function proveCase(one: ProveCase, options: ProveOptions): Promise<Proof> {
  const startedAt = performance.now();
  const usedBefore = processorSeconds();
  const figure = await attempt(one.figure, options);
  options.say(`${one.id} ${figure.error ?? figure.reached}`);
  const controls: ControlProof[] = [];
  for (const control of one.controls) {
    const seen = await attempt(control.run, options);
    // A control that breaks has not been seen red: nobody knows whether the check would have found the fault.
    const isRed = seen.error === null && !seen.holds;
    controls.push({ fault: control.fault, reached: seen.error ?? seen.reached, isRed });
    options.say(`${one.id} ${isRed ? 'red' : 'NOT RED'}: ${control.fault}: ${seen.error ?? seen.reached}`);
  }
  const used = usedBefore === null ? null : (processorSeconds() ?? 0) - usedBefore;
  return {
    id: one.id,
    promise: one.promise,
    target: one.target,
    reached: figure.error ?? figure.reached,
    holds: figure.error === null && figure.holds,
    controls,
    whyNoControl: one.whyNoControl ?? null,
    seconds: rounded(performance.now() / 1_000 - startedAt / 1_000),
    processorSeconds: used === null ? null : rounded(used),
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

const TICKS_PER_SECOND = 100;

/** What this process and its ended children have used so far. */
function processorSeconds(): number | null {
  try {
    // The name in parentheses may hold spaces; user and system time, then those of the children, are the 14th to 17th field.
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return null;
  }
}

async function attempt(
  run: (work: Workbench) => Promise<Figure>,
  { program, amount, limitMs }: ProveOptions,
): Promise<Figure & { readonly error: string | null }> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-prove-'));
  const ends: (() => unknown)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`It took longer than ${String(limitMs / 1_000)} s.`));
    }, limitMs);
  });
  try {
    const work: Workbench = {
      directory: join(directory),
      get program() {
        return program();
      },
      patched: (faults) => patchedProgram(mkdtempSync(join(directory, 'patched-')), faults),
      count: (full, all = full) =>
        amount === 'quick' ? Math.max(1, Math.ceil(full / QUICK_PART)) : amount === 'all' ? all : full,
      onEnd: (end) => ends.unshift(end),
    };
    const figure = await Promise.race([run(work), late]);
    return { ...figure, reached: shortened(figure.reached), error: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { reached: '', holds: false, error: `ERROR ${shortened(message)}` };
  } finally {
    clearTimeout(timer);
    for (const end of ends) await end();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

const WORDS_MAX = 320;

/** One line that fits into the table. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > WORDS_MAX ? `${line.slice(0, WORDS_MAX)}…` : line;
}
