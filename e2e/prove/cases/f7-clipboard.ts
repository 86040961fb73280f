import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { sourceProgram, type Program, type SourceFault } from '../program.ts';
import { seededRandom, type Random } from '../worlds/random.ts';

type Clipboards = typeof import('#main/platform/secret-clipboard.ts');
type SecretClipboard = InstanceType<Clipboards['SecretClipboard']>;

const CLEAR_AFTER_MS = [10_000, 30_000, 45_000, 300_000];
const TOLERANCE_MS = 1_000;
/** What main.ts must do when the screen is locked and when the program ends. */
const REVIEWED_CALLS = [
  "powerMonitor.on('lock-screen', () => void secrets.clear())",
  'Promise.allSettled([secrets.clear(), server.close()])',
];

/** Copies secrets onto a clipboard in memory, under a clock that goes on when it is told to: each goes at its time, or with the lock or
 *  the end of the program, and what somebody else put there stays. */
async function clipboard(program: Program, turns: number): Promise<Figure> {
  const { SecretClipboard } = await program.load<Clipboards>('src-main/platform/secret-clipboard.ts');
  let held = '';
  const secrets = new SecretClipboard({
    writeConcealed: async (text) => void (held = text),
    readText: async () => held,
    clear: () => void (held = ''),
  });
  const system: System = { secrets, held: () => held, put: (text) => void (held = text) };
  const random = seededRandom(7);
  const wrong: string[] = [];
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    for (let turn = 0; turn < turns; turn += 1) {
      const way = random.pick(WAYS);
      if (!(await way.isRight(system, random, `lk_live_${String(turn)}`))) wrong.push(way.name);
    }
  } finally {
    mock.timers.reset();
  }
  const main = readFileSync(join(program.root, 'src-main/electron/main.ts'), 'utf8');
  const missing = REVIEWED_CALLS.filter((call) => !main.includes(call));
  return {
    reached: `${String(turns - wrong.length)} of ${String(turns)} right${wrong.length > 0 ? ` (wrong: ${[...new Set(wrong)].join(', ')})` : ''}, ${String(missing.length)} of ${String(REVIEWED_CALLS.length)} calls at lock and end missing`,
    holds: wrong.length === 0 && missing.length === 0,
  };
}

interface System {
  readonly secrets: SecretClipboard;
  readonly held: () => string;
  /** Another program copies something. */
  readonly put: (text: string) => void;
}

interface Way {
  readonly name: string;
  readonly isRight: (system: System, random: Random, secret: string) => Promise<boolean>;
}

const WAYS: readonly Way[] = [
  {
    name: 'cleared at its time',
    isRight: async ({ secrets, held }, random, secret) => {
      const clearAfterMs = random.pick(CLEAR_AFTER_MS);
      await secrets.copy({ text: secret, clearAfterMs });
      await pass(clearAfterMs - TOLERANCE_MS);
      const isThere = held() === secret;
      await pass(2 * TOLERANCE_MS);
      return isThere && held() === '';
    },
  },
  {
    name: 'left alone when it is something else',
    isRight: async ({ secrets, held, put }, random, secret) => {
      const clearAfterMs = random.pick(CLEAR_AFTER_MS);
      await secrets.copy({ text: secret, clearAfterMs });
      await pass(random.below(clearAfterMs));
      put('a shopping list');
      await pass(2 * clearAfterMs);
      return held() === 'a shopping list';
    },
  },
  {
    name: 'its whole time anew when it is copied again',
    isRight: async ({ secrets, held }, random, secret) => {
      const clearAfterMs = random.pick(CLEAR_AFTER_MS);
      await secrets.copy({ text: secret, clearAfterMs });
      await pass(clearAfterMs - TOLERANCE_MS);
      await secrets.copy({ text: secret, clearAfterMs });
      await pass(clearAfterMs - TOLERANCE_MS);
      const isThere = held() === secret;
      await pass(2 * TOLERANCE_MS);
      return isThere && held() === '';
    },
  },
  {
    name: 'gone with the lock or the end of the program',
    isRight: async ({ secrets, held, put }, random, secret) => {
      await secrets.copy({ text: secret, clearAfterMs: random.pick(CLEAR_AFTER_MS) });
      await secrets.clear();
      const isGone = held() === '';
      // Its time is over, too: nothing of it may reach what is copied next.
      put(secret);
      await pass(2 * Math.max(...CLEAR_AFTER_MS));
      return isGone && held() === secret;
    },
  },
];

/** The clock goes on; what a timer began is done after it. */
async function pass(durationMs: number): Promise<void> {
  mock.timers.tick(durationMs);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

const CLIPBOARD = 'src-main/platform/secret-clipboard.ts';
const planted = (work: Workbench, ...faults: readonly SourceFault[]): Promise<Figure> =>
  clipboard(work.patched(faults), 100);

/** The clipboard of the desktop. */
export const cases: readonly ProveCase[] = [
  {
    id: 'F7',
    promise:
      'A secret on the clipboard is cleared at its time, when the screen is locked and when the program ends, and only while it is still there',
    target: '100 of 100 within 1 s, under a clock of the test',
    tier: 'T1',
    isBeside: true,
    figure: () => clipboard(sourceProgram(), 100),
    controls: [
      {
        fault: 'whatever is there is cleared',
        run: (work) =>
          planted(work, {
            file: CLIPBOARD,
            find: 'digestOf(await this.#clipboard.readText()) === expected;',
            replace: 'true;',
          }),
      },
      {
        fault: 'it is cleared two seconds late',
        run: (work) =>
          planted(work, {
            file: CLIPBOARD,
            find: 'clearAfterMs);\n  }',
            replace: 'clearAfterMs + 2_000);\n  }',
          }),
      },
      {
        fault: 'nobody listens for the lock of the screen',
        run: (work) =>
          planted(work, {
            file: 'src-main/electron/main.ts',
            find: "powerMonitor.on('lock-screen', () => void secrets.clear());",
            replace: '',
          }),
      },
    ],
  },
];
