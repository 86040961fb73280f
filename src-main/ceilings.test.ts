import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { enrollRequest } from '#contract/enrolment.ts';
import { blockedSourceId, timestampMs } from '#contract/ids.ts';
import type { SystemStatus } from '#contract/system.ts';
import { makeTradeKey, ownerCalls, startTestCore } from './core.test-support.ts';
import { enrollChild } from './enrolment/enroll-child.ts';
import { findEnrolmentToken } from './enrolment/find-enrolment-token.ts';
import { createClock } from './platform/clock.ts';
import { createLogger } from './platform/logger.ts';
import { must } from './platform/must.ts';
import { ask } from './rpc/access-world.test-support.ts';
import { makeKey, makeSubjects } from './rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from './rpc/test-world.ts';
import { CeilingWatch } from './system/ceiling-watch.ts';

const HOUR_MS = 3_600_000;
/** Longer than what a look found is good for. */
const LATER_MS = 61_000;

/** The warnings after a look that `askLater` begins. */
async function foundAfter(
  askLater: () => Promise<SystemStatus['warnings']> | SystemStatus['warnings'],
): Promise<readonly string[]> {
  await askLater();
  // A look at some tokens ends after as many turns.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const warnings = await askLater();
  return warnings.filter(({ code }) => code.endsWith('_NEAR_MAX')).map(({ message }) => message);
}

describe('a ceiling', () => {
  let world: TestWorld;
  let watch: CeilingWatch;
  let changes: number;
  beforeEach(() => {
    changes = 0;
    world = createTestWorld();
    watch = new CeilingWatch({
      store: world.systemContext,
      logger: createLogger({ write: (line) => expect.fail(line) }),
      onChange: () => (changes += 1),
    });
  });
  afterEach(() => {
    watch.close();
    world.close();
  });

  /** What a look finds that begins now. */
  const found = () => {
    world.advance(LATER_MS);
    return foundAfter(() => watch.warnings(world.nowMs()));
  };
  const makeParent = async () => (await makeKey(world, await makeSubjects(world), { name: 'Data feed' })).key;
  const tokenOf = async (changed: Partial<CallInput<'enrolment.createToken'>>): Promise<string> => {
    const { token } = await world.call('enrolment.createToken', {
      keyId: changed.keyId ?? (await makeParent()).keyId,
      name: 'Builds',
      childLifeMsMax: HOUR_MS,
      expiresAt: timestampMs.parse(world.nowMs() + 48 * HOUR_MS),
      ...changed,
    });
    return must(token, 'shown once');
  };
  const enroll = (token: string): void => {
    const context = world.systemContext();
    const sent = enrollRequest.parse({ version: '318' });
    expect(enrollChild(context, must(findEnrolmentToken(context, token), 'it is live'), sent).kind).toBe(
      'made',
    );
  };

  it.each([
    {
      ceiling: 'the children of an enrolment token',
      fillOf: async () => {
        const token = await tokenOf({ childrenMax: 5 });
        return () => Promise.resolve(enroll(token));
      },
      below: 3,
      told: /^The enrolment token “Builds” of the key “Data feed” has 4 of at most 5 children at once; .*Revoke children/,
    },
    {
      ceiling: 'the enrolment tokens of a key',
      fillOf: async () => {
        const { keyId } = await makeParent();
        return async (n: number) => void (await tokenOf({ keyId, name: `Builds ${String(n)}` }));
      },
      below: 15,
      told: /^The key “Data feed” has 16 of at most 20 enrolment tokens\. Revoke those/,
    },
    {
      ceiling: 'the requests for a key that are undecided',
      fillOf: () => Promise.resolve(() => Promise.resolve(void ask(world))),
      below: 159,
      told: /^160 of at most 200 requests for a key are undecided; .*Approve or reject/,
    },
    {
      ceiling: 'the list of blocked sources',
      fillOf: () => {
        const facts = { reason: 'Guesses keys', leakId: null, addedBy: 'Desktop', expiresAt: null };
        for (let n = 0; n < 7_990; n += 1) {
          const id = blockedSourceId.parse(`bls_${String(n).padStart(16, '0')}`);
          const network = `198.18.${String(n >> 8)}.${String(n & 255)}`;
          world.db.blockedSources.put({ id, network, addedAt: world.nowMs(), ...facts });
        }
        return Promise.resolve(async (n: number) => {
          const networks = [`203.0.113.${String(n)}`];
          await world.call('blockedSources.add', { networks, reason: 'Guesses keys' });
        });
      },
      below: 9,
      told: /^The list of blocked sources has 8,000 of at most 10,000 entries; .*Remove/,
    },
  ])('is told when four fifths of it are used, and not before: $ceiling', async ({ fillOf, below, told }) => {
    const fill = await fillOf();
    for (let n = 0; n < below; n += 1) await fill(n);
    expect(await found()).toEqual([]);
    expect(changes).toBe(0);
    await fill(below);
    expect(await found()).toEqual([expect.stringMatching(told)]);
    expect(changes).toBe(1);
  });

  it('of several is told by the fullest and how many more there are, and not when its children and tokens have ended', async () => {
    const { keyId } = await makeParent();
    const nearly = await tokenOf({ keyId, name: 'Nearly', childrenMax: 10 });
    const full = await tokenOf({ keyId, name: 'Full', childrenMax: 5 });
    for (let n = 0; n < 8; n += 1) enroll(nearly);
    for (let n = 0; n < 5; n += 1) enroll(full);
    // A token for one child is meant to be used up.
    enroll(await tokenOf({ keyId, name: 'One', childrenMax: 1 }));
    expect(await found()).toEqual([
      expect.stringMatching(/“Full” .* 5 of at most 5 .* 1 more is as near to the limit\.$/),
    ]);
    world.advance(HOUR_MS);
    expect(await found()).toEqual([]);
  });
});

it('a ceiling that is nearly reached is among the warnings of the status', async () => {
  let aheadMs = 0;
  const clock = createClock();
  const nowMs = () => timestampMs.parse(clock.nowMs() + aheadMs);
  const path = join(mkdtempSync(join(tmpdir(), 'latchkey-ceilings-')), 'data');
  const core = await startTestCore(path, { clock: { ...clock, nowMs } });
  try {
    const calls = ownerCalls(() => core);
    const { keyId } = await makeTradeKey(calls);
    for (let n = 0; n < 16; n += 1) {
      await calls.call('enrolment.createToken', {
        ...{ keyId, name: `Builds ${String(n)}`, childLifeMsMax: HOUR_MS },
        expiresAt: timestampMs.parse(nowMs() + 48 * HOUR_MS),
      });
    }
    aheadMs += LATER_MS;
    const told = await foundAfter(async () => (await calls.call('system.status', {})).warnings);
    expect(told).toEqual([expect.stringContaining('16 of at most 20 enrolment tokens')]);
  } finally {
    await core.close();
  }
});
