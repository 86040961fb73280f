import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { BulkAction } from '#contract/key-bulk.ts';
import { useBulkKeys } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { enforcedText, useSlowestEnforcement } from './use-enforcement.ts';

const DONE_WORDS: Readonly<Record<BulkAction['kind'], string>> = {
  suspend: 'suspended',
  resume: 'active again',
  revoke: 'revoked',
  restore: 'restored',
  tag: 'tagged',
  extend: 'extended',
  plan: 'on another plan',
  putBack: 'as they were',
};

/** Changes many keys at once and tells it in one toast, with one undo for all of them, and when they are refused. */
export function useBulk() {
  const command = useBulkKeys();
  const { say } = useToasts();
  const slowestOf = useSlowestEnforcement();
  const [error, setError] = useState<unknown>(null);
  const [isConfirming, setConfirming] = useState(false);

  const undo = async (keyIds: readonly KeyId[], action: BulkAction): Promise<void> => {
    const outcome = await command.run({ keyIds: [...keyIds], action });
    if (outcome.ok) say(wordsOf(outcome.data, action));
    else
      say(`${counted(keyIds.length, 'key')} could not be put back.`, {
        tone: 'failure',
        detail: errorMessageOf(outcome.error),
      });
  };
  /** True when it was done; otherwise `error` says why not. */
  const run = async (keyIds: readonly KeyId[], action: BulkAction): Promise<boolean> => {
    setError(null);
    const clickedAtMs = nowMs();
    const outcome = await command.run({ keyIds: [...keyIds], action });
    if (!outcome.ok) {
      setError(outcome.error);
      return false;
    }
    const { changed, undo: takesBack } = outcome.data;
    const isTakenAway = (action.kind === 'suspend' || action.kind === 'revoke') && changed.length > 0;
    const told = [leftWords(outcome.data)];
    let tone: 'done' | 'failure' = 'done';
    if (isTakenAway) {
      setConfirming(true);
      const enforced = await slowestOf(changed, { clickedAtMs, answeredAtMs: nowMs() });
      setConfirming(false);
      if (enforced === null) tone = 'failure';
      told.unshift(enforcedText(changed.length === 1 ? 'the key' : 'all the keys', enforced));
    }
    say(wordsOf(outcome.data, action), {
      tone,
      detail: told.filter((sentence) => sentence !== null).join(' '),
      ...(takesBack === null
        ? {}
        : { action: { label: 'Undo', onSelect: () => void undo(changed, takesBack) } }),
    });
    return true;
  };
  return { run, isRunning: command.isRunning || isConfirming, error };
}

function wordsOf({ changed, isCancelled }: Output<'keys.bulk'>, { kind }: BulkAction): string {
  const are = changed.length === 1 ? 'is' : 'are';
  return `${counted(changed.length, 'key')} ${are} ${DONE_WORDS[kind]}${isCancelled ? '; then it was cancelled' : ''}.`;
}

function leftWords({ skipped }: Output<'keys.bulk'>): string | null {
  const [first] = skipped;
  if (first === undefined) return null;
  return `${counted(skipped.length, 'key')} left as before. ${first.why}`;
}
