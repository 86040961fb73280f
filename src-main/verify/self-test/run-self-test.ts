import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Output } from '#contract/contract.ts';
import { keyId } from '#contract/ids.ts';
import { selfTest, type SelfTest } from '#contract/self-test.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { issuerProblems, judgeSecrets } from '#main/domain/issuer-trial.ts';
import { KEY_ID_CHARACTERS } from '#main/domain/key-format.ts';
import { newKeyText } from '#main/keys/mint-secret.ts';
import { randomBytes } from '#main/platform/random.ts';
import { testLimits } from './test-limits.ts';
import type { LimitTestParts } from './trial-verifier.ts';

/** What a self-test works with. */
export interface SelfTestParts extends LimitTestParts {
  /** Where counters of quotas and the request log differ. */
  readonly quotaDrift: () => Promise<SelfTest['quotaDrift']>;
}

/** The row in the table of settings that has the last result. */
const RESULT_ROW = 'selfTest';
/** Secrets that are made for it: 32 characters of each kind for each place. */
const SECRETS = 2_000;
const SECRETS_A_TURN = 250;

/** Runs the self-test and keeps its result. */
export async function runSelfTest(context: UseCaseContext, parts: SelfTestParts): Promise<SelfTest> {
  const startedMs = parts.clock.monotonicMs();
  const issuer = judgeSecrets(await newTexts());
  const limits = await testLimits(parts, context);
  const quotaDrift = await parts.quotaDrift();
  const problems = [
    ...limits.filter(({ expected, admitted }) => expected !== admitted).map(limitProblem),
    ...quotaDrift.filter(({ counted, logged }) => logged > counted).map(driftProblem),
    ...issuerProblems(issuer),
  ];
  const result: SelfTest = {
    at: context.nowMs,
    durationMs: Math.round(parts.clock.monotonicMs() - startedMs),
    isRight: problems.length === 0,
    limits,
    quotaDrift,
    issuer,
    problems,
  };
  return context.command(() => {
    context.db.settings.put(RESULT_ROW, JSON.stringify(result));
    return {
      value: result,
      audit: {
        action: 'selfTest.run',
        subject: { kind: 'store', id: RESULT_ROW, name: 'limits and issuer' },
        after: { isRight: result.isRight, problems },
      },
      changed: ['status'],
    };
  });
}

/** The result that was kept. */
export function lastSelfTest({ db }: Pick<UseCaseContext, 'db'>): Output<'selfTest.last'> {
  const row = db.settings.list().find(({ name }) => name === RESULT_ROW);
  return { result: row === undefined ? null : selfTest.parse(JSON.parse(row.value)) };
}

/** By the issuer of keys, some at a time: others are served in between. */
async function newTexts(): Promise<readonly string[]> {
  const texts: string[] = [];
  while (texts.length < SECRETS) {
    for (let made = 0; made < SECRETS_A_TURN; made += 1) {
      const id = keyId.parse(randomBase62(KEY_ID_CHARACTERS, randomBytes));
      texts.push(newKeyText({ environment: 'test', slug: 'selftest', keyId: id }));
    }
    await nextTurn();
  }
  return texts;
}

function limitProblem({ name, asked, expected, admitted }: SelfTest['limits'][number]): string {
  return `${name}: ${String(admitted)} of ${String(asked)} passed; it must be ${String(expected)}.`;
}

/** More passed than was counted: a quota does not hold. */
function driftProblem({ ownerId, period, counted, logged }: SelfTest['quotaDrift'][number]): string {
  return `The ${period}’s quota of ${ownerId}: the counter says ${String(counted)}, the request log ${String(logged)}.`;
}
