import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { openPolicyWorld, type PolicyWorld } from '../worlds/policy-world.ts';
import { seededRandom } from '../worlds/random.ts';

const DAY_MS = 86_400_000;
const ROTATIONS_OF_ONE_KEY = 20;

/** Rotates with overlaps of all lengths, and asks at the moments that matter. */
async function boundaries(work: Workbench, program: Program, rotations: number): Promise<Figure> {
  const world = await openPolicyWorld(work, program);
  const random = seededRandom(3);
  let wrong = 0;
  let key = await world.newKey();
  for (let turn = 1; turn <= rotations; turn += 1) {
    const overlapMs = random.below(10) === 0 ? 0 : 1 + random.below(random.pick([10, 1_000, 30 * DAY_MS]));
    const { secret } = await world.admin.call('keys.rotate', { keyId: key.keyId, overlapMs });
    if (secret === null) throw new Error('keys.rotate gave no secret.');
    wrong += wrongAnswers(world, { former: key.secret, secret, overlapMs });
    key = turn % ROTATIONS_OF_ONE_KEY === 0 ? await world.newKey() : { ...key, secret };
  }
  return {
    reached: `${String(wrong)} wrong answers in ${rotations.toLocaleString('en')} rotations, asked at the acknowledgement, 1 ms before the end, at it and 1 ms after`,
    holds: wrong === 0,
  };
}

function wrongAnswers(
  world: PolicyWorld,
  {
    former,
    secret,
    overlapMs,
  }: { readonly former: string; readonly secret: string; readonly overlapMs: number },
): number {
  let wrong = 0;
  const expect = (isFormerGood: boolean): void => {
    if (world.codeOf(secret) !== 'VALID') wrong += 1;
    if (world.codeOf(former) !== (isFormerGood ? 'VALID' : 'REVOKED')) wrong += 1;
  };
  expect(overlapMs > 0);
  if (overlapMs > 0) {
    world.advance(overlapMs - 1);
    expect(true);
    world.advance(1);
    expect(false);
  }
  world.advance(1);
  expect(false);
  return wrong;
}

/** The moments around a rotation. */
export const cases: readonly ProveCase[] = [
  {
    id: 'B3',
    promise:
      'After a rotation the new secret is valid from the acknowledgement, the old one to the end of the overlap and not 1 ms longer',
    target: '0 wrong in 10,000 rotations',
    tier: 'T1',
    isBeside: true,
    figure: (work) => boundaries(work, work.program, work.count(10_000)),
    controls: [
      {
        fault: 'the old secret lives 1 ms longer',
        run: (work) => {
          const file = 'src-main/domain/verification.ts';
          const fault = { file, find: 'if (nowMs >= endsAtMs)', replace: 'if (nowMs > endsAtMs)' };
          return boundaries(work, work.patched([fault]), 200);
        },
      },
    ],
  },
];
