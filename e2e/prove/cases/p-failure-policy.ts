import type { ProveCase } from '../case.ts';
import { FAILURE_POLICY } from '../failure-policy.ts';
import { runUnitTest } from '../run-unit-test.ts';

/** The lines of the failure policy that a unit test proves; the others have cases of their own. */
export const cases: readonly ProveCase[] = FAILURE_POLICY.flatMap(({ id, situation, answer, proof }) => {
  if (proof.by !== 'test') return [];
  const { file, name, fault } = proof;
  return [
    {
      id,
      promise: `When ${situation}: ${answer}`,
      target: 'as the policy says',
      tier: 'T1',
      isBeside: true,
      figure: async (work) => runUnitTest(work, file, name, []),
      controls: [
        {
          fault: `${fault.file}: ${fault.replace.trim()}`,
          run: async (work) => runUnitTest(work, file, name, [fault]),
        },
      ],
    },
  ];
});
