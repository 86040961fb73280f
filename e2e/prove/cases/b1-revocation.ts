import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program, SourceFault } from '../program.ts';
import { openPolicyWorld } from '../worlds/policy-world.ts';

/** What was found of a secret is kept for 10 s. */
export const CACHE: SourceFault = {
  file: 'src-main/verify/verify-key.ts',
  find: 'find: () => knownRow(findCredential(parts, credential, service.id), memory.policies, request.knownAt),',
  replace: `find: () => {
      const cache = (memory.cache ??= new Map());
      const kept = cache.get(credential.text);
      if (kept !== undefined && kept.untilMs > startedMs) return kept.row;
      const row = knownRow(findCredential(parts, credential, service.id), memory.policies, request.knownAt);
      cache.set(credential.text, { row, untilMs: startedMs + 10_000 });
      return row;
    },`,
};

const KEYS = 200;

/** Creates, verifies, revokes, and verifies again and again. */
async function afterRevoke(work: Workbench, program: Program, total: number): Promise<Figure> {
  const world = await openPolicyWorld(work, program);
  const each = Math.ceil(total / KEYS);
  let accepted = 0;
  let refusedBefore = 0;
  for (let key = 0; key < KEYS; key += 1) {
    const { keyId, secret } = await world.newKey();
    if (world.codeOf(secret) !== 'VALID') refusedBefore += 1;
    await world.admin.call('keys.revoke', { keyId, reason: 'leaked' });
    for (let turn = 0; turn < each; turn += 1) if (world.codeOf(secret) === 'VALID') accepted += 1;
  }
  return {
    reached: `${String(accepted)} of ${(each * KEYS).toLocaleString('en')} accepted; ${String(refusedBefore)} of ${String(KEYS)} refused before their revoke`,
    holds: accepted === 0 && refusedBefore === 0,
  };
}

/** In one process; over HTTP: B1h. */
export const cases: readonly ProveCase[] = [
  {
    id: 'B1',
    promise: 'A revoked key is never accepted by a verification that starts after the revoke returned',
    target: '0 of 1,000,000 in process',
    tier: 'T1',
    isBeside: true,
    figure: (work) => afterRevoke(work, work.program, work.count(1_000_000)),
    controls: [
      {
        fault: 'what was found of a key is cached for 10 s',
        run: (work) => afterRevoke(work, work.patched([CACHE]), 10_000),
      },
    ],
  },
];
