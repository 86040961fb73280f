import type { CallInput } from '#contract/contract.ts';
import { useTestNotice } from '#renderer/api/commands.ts';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** Sends tests and says how they went. */
export function useNoticeTest() {
  const test = useTestNotice();
  const { say } = useToasts();
  const send = async (input: CallInput<'notices.test'>) => {
    const outcome = await test.run(input);
    if (!outcome.ok) return;
    const { state, to, problem } = outcome.data;
    say(state === 'sent' ? `Test sent to ${to}` : `The test to ${to} failed. ${problem ?? ''}`);
  };
  return {
    send: (input: CallInput<'notices.test'>) => void send(input),
    isSending: test.isRunning,
    error: test.error,
  };
}
