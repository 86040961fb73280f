import type { SourceFault } from './program.ts';

/** How a line of the policy is proved: by cases of `prove` of their own, by a unit test that must see a planted fault, or not at all. */
export type PolicyProof =
  | { readonly by: 'cases'; readonly ids: readonly string[] }
  | { readonly by: 'test'; readonly file: string; readonly name: string; readonly fault: SourceFault }
  | { readonly by: 'nothing'; readonly why: string };

/** One line: what goes wrong, and what Latchkey does. */
export interface PolicyLine {
  readonly id: string;
  readonly situation: string;
  readonly answer: string;
  readonly proof: PolicyProof;
}

/** What Latchkey does when something around it fails. SECURITY.md shows this table. */
export const FAILURE_POLICY: readonly PolicyLine[] = [
  {
    id: 'P1',
    situation: 'a key cannot be looked up',
    answer: 'closed: 503 `VERIFY_UNAVAILABLE` with `Retry-After`; never 200, never 401',
    proof: {
      by: 'test',
      file: 'src-main/http/service-server.test.ts',
      name: 'our own trouble is a 503 with Retry-After, never a 401',
      fault: {
        file: 'src-main/http/service-auth.ts',
        find: '    status: 503,\n    code: ',
        replace: '    status: 401,\n    code: ',
      },
    },
  },
  {
    id: 'P2',
    situation: 'a command meets an error of the disk at its commit',
    answer:
      '503 `OUTCOME_UNKNOWN`; the store is opened anew once, and the same command under its idempotency key tells the truth; if that fails too, nothing is verified or changed until a restart',
    proof: { by: 'cases', ids: ['A3', 'A4'] },
  },
  {
    id: 'P3',
    situation: 'create or rotate fails half-way',
    answer: 'nothing of it is there: the new secret does not work and the old one does',
    proof: { by: 'cases', ids: ['A4'] },
  },
  {
    id: 'P4',
    situation: 'the audit event cannot be written',
    answer: 'closed: the command is refused and undone',
    proof: { by: 'cases', ids: ['D6'] },
  },
  {
    id: 'P5',
    situation: 'a row of the request log cannot be written, or too many wait',
    answer:
      'open: verification goes on; decisions wait in memory up to a limit, then the newest are dropped, counted to the row, and shown',
    proof: { by: 'cases', ids: ['D1', 'D5'] },
  },
  {
    id: 'P6',
    situation: 'the disk is full',
    answer:
      'verification goes on; a reserve of 4 MiB is given up so that revoking, suspending and ending an overlap work; other changes are refused with 507 `STORAGE_FULL`; it starts, too',
    proof: { by: 'cases', ids: ['D1', 'D2'] },
  },
  {
    id: 'P7',
    situation: 'the disk becomes read-only',
    answer:
      'verification goes on; changes are refused with 503, and what is revoked or suspended is refused from then on, in memory; it is told, and when the disk can be written all goes on by itself; on a read-only disk it does not start, and says why',
    proof: { by: 'cases', ids: ['D3', 'D3b'] },
  },
  {
    id: 'P8',
    situation: 'the store is damaged, missing though known, of another program, or newer',
    answer:
      'closed: it does not start, names the fault and the newest backup, and changes no byte; a restore moves the former store aside',
    proof: { by: 'cases', ids: ['D4', 'A7'] },
  },
  {
    id: 'P9',
    situation: 'damage of a large store is found while running',
    answer:
      'open: it is logged and shown until a backup is restored; such damage can hide a key and never let one through',
    proof: {
      by: 'test',
      file: 'src-main/start-store-check.test.ts',
      name: 'what it finds is logged, announced and told in the status; the store is left as it is',
      fault: {
        file: 'src-main/start-store-check.ts',
        find: '      found.damage =\n',
        replace: '      const unseen =\n',
      },
    },
  },
  {
    id: 'P10',
    situation: 'the master secret is missing or another one',
    answer: 'closed: it does not start, and never makes a new one over existing keys',
    proof: {
      by: 'test',
      file: 'src-main/open-store.test.ts',
      name: 'never makes a new master secret for a store that has one, and refuses another one',
      fault: {
        file: 'src-main/open-store.ts',
        find: '  if (!options.create) {',
        replace: '  if (options.create === null) {',
      },
    },
  },
  {
    id: 'P11',
    situation: 'the request log, and with it what was used of quotas, cannot be read',
    answer:
      'open: a new log is begun, the damaged one is kept beside it, and it is shown that quotas count from zero',
    proof: { by: 'cases', ids: ['D7'] },
  },
  {
    id: 'P12',
    situation: 'the wall clock is set back',
    answer:
      'time goes on from the highest moment seen, at the pace of the monotonic clock; set back by up to a day while the program is off, from the newest decision in the log: nothing un-expires',
    proof: {
      by: 'test',
      file: 'src-main/platform/clock.test.ts',
      name: 'goes on at the pace of the monotonic clock when the wall clock is set back, and follows again once that has caught up',
      fault: { file: 'src-main/platform/clock.ts', find: 'Math.max(wallMs, least)', replace: 'wallMs' },
    },
  },
  {
    id: 'P13',
    situation: 'the wall clock jumps far ahead',
    answer:
      'it is followed: keys expire early; was it more than a day, they work again after a restart with the right time',
    proof: { by: 'nothing', why: 'nothing is promised' },
  },
  {
    id: 'P14',
    situation: 'more requests than it can decide',
    answer: '503 with `Retry-After`, unknown keys before known ones; administration is not shed',
    proof: {
      by: 'test',
      file: 'src-main/verify/guard.test.ts',
      name: 'turns unknown keys away first, known ones only far above, and ends with hysteresis',
      fault: {
        file: 'src-main/verify/guard.ts',
        find: 'this.#gauge.sample(lagMs, this.#settings().shedLagMs);',
        replace: 'this.#gauge.sample(lagMs, 0);',
      },
    },
  },
  {
    id: 'P15',
    situation: 'a second program on the same data directory',
    answer: 'refused with exit code 3 and the number of the process that has it',
    proof: { by: 'cases', ids: ['A10'] },
  },
  {
    id: 'P16',
    situation: 'an error that nothing caught',
    answer:
      'it is logged with an id, requests in flight are finished, the program ends with 1, and a supervisor starts it anew',
    proof: {
      by: 'test',
      file: 'src-main/serve-headless.test.ts',
      name: 'an error that nothing caught is logged with an id, ends in order, and the exit code is 1',
      fault: {
        file: 'src-main/serve-headless.ts',
        find: "    process.on('uncaughtException', fail);",
        replace: "    process.on('uncaughtException', () => resolve(0));",
      },
    },
  },
  {
    id: 'P17',
    situation: 'the program is killed, or the power fails',
    answer:
      'acknowledged commands are there; decisions that were answered are there after a kill, and all but the last 100 ms after a loss of power',
    proof: { by: 'cases', ids: ['A1', 'A2', 'A5'] },
  },
];

/** The policy as a table in Markdown. */
export function policyTable(): string {
  const rows = FAILURE_POLICY.map(({ id, situation, answer, proof }) => [
    id,
    situation,
    answer,
    provedBy(proof),
  ]);
  return [['id', 'what fails', 'what Latchkey does', 'proved by'], ['-', '-', '-', '-'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function provedBy(proof: PolicyProof): string {
  switch (proof.by) {
    case 'cases':
      return proof.ids.join(', ');
    case 'test':
      return `\`${proof.file}\``;
    case 'nothing':
      return proof.why;
  }
}
