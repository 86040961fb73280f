import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program, SourceFault } from '../program.ts';
import { openPolicyWorld } from '../worlds/policy-world.ts';
import { seededRandom, type Random } from '../worlds/random.ts';

type Rules = typeof import('#main/domain/path-rules.ts');
type Paths = typeof import('#main/domain/normalise-path.ts');

const PATTERN_CHARACTERS_MAX = 256;

/** Patterns and paths that make matchers go back and forth. */
function hostilePair(random: Random): readonly [pattern: string, path: string] {
  const letter = random.pick(['a', 'b', '']);
  const segment = random.pick(['*', '*', '{id}', 'a', 'aa']);
  const count = 1 + random.below(60);
  const pattern = `/${Array.from({ length: count }, () => (random.below(4) === 0 ? 'a' : segment)).join('/')}${random.pick(['/**', '/b', ''])}`;
  const path = `/${Array.from({ length: count + random.below(60) }, () => (random.below(9) === 0 ? letter || 'c' : 'a')).join('/')}`;
  return [pattern.slice(0, PATTERN_CHARACTERS_MAX), path];
}

/** The slowest of many pairs, each with 64 patterns that share it; the best of three, because other programs run too. */
async function slowest(program: Program, pairs: number): Promise<Figure> {
  const { compileRules, decideRules } = await program.load<Rules>('src-main/domain/path-rules.ts');
  const { normalisePath } = await program.load<Paths>('src-main/domain/normalise-path.ts');
  const random = seededRandom(15);
  let worstMs = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    const [pattern, path] = hostilePair(random);
    const rules = Array.from({ length: pair % 100 === 0 ? 64 : 2 }, (_, index) => ({
      effect: 'allow' as const,
      methods: ['GET'] as const,
      path: index === 0 ? pattern : hostilePair(random)[0],
      source: 'proof',
    }));
    const set = compileRules(rules);
    const times = [1, 2, 3].map(() => {
      const startedAt = performance.now();
      const normalised = normalisePath(path);
      if (normalised.ok) decideRules(set, 'GET', normalised);
      return performance.now() - startedAt;
    });
    worstMs = Math.max(worstMs, Math.min(...times));
  }
  return {
    reached: `${worstMs.toFixed(3)} ms for the slowest of ${pairs.toLocaleString('en')} pairs`,
    holds: worstMs <= 1,
  };
}

const REGEX: SourceFault = {
  file: 'src-main/domain/path-rules.ts',
  find: 'const deny = set.denies.find(method, path.segments);',
  replace:
    "/^(a+)*(a+)*b$/.test(path.segments.slice(0, 20).join(''));\n  const deny = set.denies.find(method, path.segments);",
};

const POLLUTING = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
];

/** Inputs whose names of fields reach for what all objects share. */
async function pollution(work: Workbench, program: Program, count: number): Promise<Figure> {
  const world = await openPolicyWorld(work, program);
  const random = seededRandom(16);
  const { contract } = await program.load<typeof import('#contract/contract.ts')>(
    'src-main/contract/contract.ts',
  );
  const names = Object.keys(contract);
  const caller = {
    actor: { kind: 'token', id: 'tok_proof', name: 'Proof' },
    role: 'owner',
    requestId: 'req_proof',
  } as const;
  let broken = 0;
  let polluted = 0;
  for (let turn = 0; turn < count; turn += 1) {
    const member = random.pick(POLLUTING);
    const inner = `{"isAdmin":true,"role":"owner","valid":true,"${member}":{"isAdmin":true}}`;
    const text = random.pick([
      `{"${member}":${inner}}`,
      `{"filter":{"${member}":${inner}}}`,
      `{"meta":{"${member}":${inner}},"name":"x"}`,
      `{"constructor":{"prototype":${inner}}}`,
      `{"name":"${member}","keyId":"${member}","filter":{"text":"${member}"}}`,
      `[{"${member}":1}]`,
    ]);
    const reply = await world.admin.dispatch(random.pick([...names, ...POLLUTING]), JSON.parse(text), caller);
    if (!reply.ok && reply.error.code === 'INTERNAL') broken += 1;
    const probe: Record<string, unknown> = {};
    if (probe['isAdmin'] !== undefined || probe['valid'] !== undefined || probe['role'] !== undefined)
      polluted += 1;
  }
  // Whatever was left there must not reach the next case.
  for (const name of Object.keys(Object.prototype)) Reflect.deleteProperty(Object.prototype, name);
  return {
    reached: `${String(polluted)} of ${count.toLocaleString('en')} left something on all objects, ${String(broken)} broke a procedure`,
    holds: polluted === 0 && broken === 0,
  };
}

const MERGING: SourceFault = {
  file: 'src-main/rpc/dispatch.ts',
  find: 'const read = readCall(name, procedure, input);',
  replace: `const merge = (into, from) => { for (const key of Object.keys(from ?? {})) { if (typeof from[key] === 'object') merge((into[key] ??= {}), from[key]); else into[key] = from[key]; } return into; };
    try { merge({}, input); } catch { /* what cannot be merged */ }
    const read = readCall(name, procedure, input);`,
};

/** Inputs made to cost much, or to change more than they name. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E5',
    promise: 'No pattern and path take long, however they were made for it',
    target: 'at most 1 ms for the worst of 10,000',
    tier: 'T1',
    figure: (work) => slowest(work.program, work.count(10_000)),
    controls: [
      {
        fault: 'a regular expression that goes back and forth',
        run: (work) => slowest(work.patched([REGEX]), 100),
      },
    ],
  },
  {
    id: 'E6',
    promise: 'Names of fields never reach what all objects share',
    target: '0 effects of 500',
    tier: 'T1',
    isBeside: true,
    figure: (work) => pollution(work, work.program, work.count(500)),
    controls: [
      {
        fault: 'inputs are merged into an object, member by member',
        run: (work) => pollution(work, work.patched([MERGING]), 100),
      },
    ],
  },
];
