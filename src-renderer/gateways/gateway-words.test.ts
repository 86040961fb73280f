import { describe, expect, it } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { GatewayTestResult, GatewayTestRow } from '#contract/gateways.ts';
import { resultText, stepParts, summaryText, verdictOf } from './gateway-words.ts';

const row: GatewayTestRow = {
  case: 'revoked',
  label: 'A key that is revoked',
  method: 'GET',
  path: '/inventory/42',
  expectedStatus: 401,
  seenStatus: 401,
  seenCode: 'REVOKED',
  isOk: true,
  hint: null,
  durationMs: 3,
};
const wrong = { ...row, seenStatus: 200, seenCode: null, isOk: false, hint: 'The proxy let it pass.' };
const unseen = { ...row, expectedStatus: null, isOk: null };
const run = (rows: readonly GatewayTestRow[], notes: readonly string[] = []): GatewayTestResult => ({
  startedAt: timestampMs.parse(Date.UTC(2026, 10, 22)),
  durationMs: 100,
  isOk: rows.every(({ isOk }) => isOk !== false),
  rows,
  notes,
});

describe('what the gateway tester says', () => {
  it('an answer that cannot be seen is neither right nor wrong', () => {
    expect([row, wrong, unseen].map(verdictOf)).toEqual(['right', 'wrong', 'unseen']);
  });

  it('sums up in one sentence, worst first', () => {
    expect(summaryText(run([row, row]))).toBe('All 2 answers are right.');
    expect(summaryText(run([row, unseen]))).toBe('1 answer is right; 1 cannot be seen from outside.');
    expect(summaryText(run([row, wrong, unseen], ['Stopped.']))).toBe(
      '1 of 3 answers is wrong; 1 cannot be seen from outside; the test stopped early.',
    );
  });

  it('becomes text with every row and every hint', () => {
    expect(resultText('http://a.example', run([row, wrong], ['The service is open.']))).toBe(
      [
        'Gateway test of http://a.example at 2026-11-22T00:00:00.000Z: 1 of 2 answers is wrong; the test stopped early.',
        'The service is open.',
        '',
        'Right       A key that is revoked: GET /inventory/42; expected 401, saw 401 REVOKED',
        'Wrong       A key that is revoked: GET /inventory/42; expected 401, saw 200',
        '    The proxy let it pass.',
        '',
      ].join('\n'),
    );
  });

  it('finds the commands of a step', () => {
    expect(stepParts('Then run `nginx -t` and reload.')).toEqual([
      { text: 'Then run ', isCode: false },
      { text: 'nginx -t', isCode: true },
      { text: ' and reload.', isCode: false },
    ]);
  });
});
