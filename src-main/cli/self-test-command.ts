import { contract } from '#contract/contract.ts';
import type { SelfTest } from '#contract/self-test.ts';
import { callAdmin, type AdminAddress } from './call-admin.ts';

/** `latchkey self-test`: runs the self-test of the running server; answers what to print, and whether all was right. */
export async function selfTest(
  admin: AdminAddress,
  asJson: boolean,
): Promise<{ readonly text: string; readonly isRight: boolean }> {
  const result = await callAdmin(admin, 'selfTest.run', {}, contract['selfTest.run'].output);
  return { text: asJson ? JSON.stringify(result, null, 2) : selfTestText(result), isRight: result.isRight };
}

/** One line a trial, then what is wrong. */
function selfTestText({ limits, issuer, quotaDrift, problems }: SelfTest): string {
  const { secrets, distinct, bits, chiSquare, chiSquareMin, chiSquareMax } = issuer;
  const bounds = `${chiSquareMin.toFixed(0)} to ${chiSquareMax.toFixed(0)}`;
  return [
    ...limits.map(
      ({ name, asked, expected, admitted }) =>
        `${expected === admitted ? 'ok    ' : 'WRONG '} ${name}: ${String(admitted)} of ${String(asked)} passed, expected ${String(expected)}`,
    ),
    `Issuer: ${String(distinct)} of ${String(secrets)} secrets distinct, ${String(bits)} bits each, chi-square ${chiSquare.toFixed(1)} (${bounds})`,
    `Quotas whose counter and request log differ: ${String(quotaDrift.length)}`,
    ...(problems.length === 0 ? ['All is right.'] : problems),
  ].join('\n');
}
