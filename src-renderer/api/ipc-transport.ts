import type { Bridge } from '#contract/bridge.ts';
import type { Reply } from '#contract/errors.ts';
import { announcement } from '#contract/events.ts';
import { localRefusal, type Transport } from './transport.ts';

declare global {
  interface Window {
    /** Put there by the desktop preload; absent in a browser. */
    readonly latchkey?: Bridge;
  }
}

function isReply(value: unknown): value is Reply<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';
}

/** Calls through the desktop preload. The main process lives as long as the window, so it is never lost. */
export function createIpcTransport(bridge: Pick<Bridge, 'call' | 'subscribe'>): Transport {
  return {
    async call(name, input) {
      try {
        const reply = await bridge.call(name, input);
        return isReply(reply)
          ? reply
          : localRefusal('UNAVAILABLE', 'Latchkey gave no readable answer. Try again.');
      } catch (error) {
        const why = error instanceof Error ? error.message : 'no reason given';
        return localRefusal(
          'OUTCOME_UNKNOWN',
          `Latchkey did not answer (${why}). See whether the change is there before you repeat it.`,
        );
      }
    },
    subscribe(listener) {
      listener({ kind: 'connected' });
      return bridge.subscribe((event) => {
        const parsed = announcement.safeParse(event);
        if (parsed.success) listener({ kind: 'announcement', announcement: parsed.data });
      });
    },
  };
}
