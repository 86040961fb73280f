import { useEffect, useRef, useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { IssueList, IssueRow } from '#contract/issue-list.ts';
import { useIssueLine, usePreviewList } from '#renderer/api/commands.ts';

/** What came of a line. */
export type LineResult =
  | { readonly kind: 'done'; readonly made: Output<'handoffs.issueLine'> }
  | { readonly kind: 'failed'; readonly message: string };

/** How the lines are delivered. */
export interface IssueOptions {
  readonly delivery: 'link' | 'recipient_key';
  readonly expiresInMs: number;
}

/** One list: what it would make, what was made, and the work in between, one line after the other, so that it can be stopped at any
 *  line and goes on with those that are left. */
export function useIssueList() {
  const preview = usePreviewList();
  const issue = useIssueLine();
  const [list, setList] = useState<IssueList | null>(null);
  const [results, setResults] = useState<ReadonlyMap<number, LineResult>>(new Map());
  const [isRunning, setRunning] = useState(false);
  const stopped = useRef(false);
  // A page that is left issues nothing more.
  useEffect(
    () => () => {
      stopped.current = true;
    },
    [],
  );
  const check = async (text: string) => {
    const outcome = await preview.run({ text });
    setList(outcome.ok ? outcome.data : null);
    setResults(new Map());
  };
  const left = list?.rows.filter((row) => isLeft(row, results.get(row.line))) ?? [];
  const run = async (options: IssueOptions) => {
    stopped.current = false;
    setRunning(true);
    for (const row of left) {
      if (stopped.current) break;
      const { team, application, contact, template, environment, keyName, tier } = row;
      const line = { team, application, contact, template, environment, keyName, tier };
      const outcome = await issue.run({ ...line, ...options });
      const result: LineResult = outcome.ok
        ? { kind: 'done', made: outcome.data }
        : { kind: 'failed', message: outcome.error.message };
      setResults((before) => new Map(before).set(row.line, result));
    }
    setRunning(false);
  };
  return {
    list,
    results,
    left: left.length,
    isChecking: preview.isRunning,
    isRunning,
    error: preview.error,
    check: (text: string) => void check(text),
    run: (options: IssueOptions) => void run(options),
    stop: () => {
      stopped.current = true;
    },
    forget: () => {
      setList(null);
      preview.reset();
    },
  };
}

function isLeft(row: IssueRow, result: LineResult | undefined): boolean {
  return row.kind === 'issue' && result?.kind !== 'done';
}
