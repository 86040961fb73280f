import type { AccessDesk } from './access-requests/access-desk.ts';
import type { HandoffDesk } from './handoffs/handoff-desk.ts';
import type { HolderDesk } from './http/holder-desk.ts';
import type { TokenDesk } from './http/token-desk.ts';
import { afterAnswer } from './platform/after-answer.ts';
import type { Clock } from './platform/clock.ts';
import { late } from './platform/late.ts';
import type { Logger } from './platform/logger.ts';
import type { ProductDesk } from './products/product-desk.ts';
import { type Doors, serviceUrlOf } from './told-doors.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** Each loaded at the first call. */
export interface LateDesks {
  /** What strangers may ask for. */
  readonly access: () => Promise<AccessDesk>;
  /** What recipients of handoffs may see and do. */
  readonly handoffs: () => Promise<HandoffDesk>;
  /** What holders of keys and enrolment tokens do by themselves. */
  readonly holder: () => Promise<HolderDesk>;
  /** What everybody may know of products. */
  readonly products: () => Promise<ProductDesk>;
  /** Exchanges keys for tokens. */
  readonly tokens: () => Promise<TokenDesk>;
}

/** What people and programs without a token of ours may do. Each is loaded when somebody first comes for it. */
export function lateDesks({
  store,
  requests,
  clock,
  logger,
  doors,
}: {
  readonly store: WiredStore;
  readonly requests: WiredRequests;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly doors: Doors;
}): LateDesks {
  return {
    access: late(async () => {
      const { createAccessDesk } = await import('./access-requests/access-desk.ts');
      return createAccessDesk(store.system);
    }),
    products: late(async () => {
      const { createProductDesk } = await import('./products/product-desk.ts');
      return createProductDesk(store.system);
    }),
    handoffs: late(async () => {
      const { createHandoffDesk } = await import('./handoffs/handoff-desk.ts');
      return createHandoffDesk(store.system, afterAnswer(logger));
    }),
    holder: late(async () => {
      const { createHolderDesk } = await import('./wire-holder.ts');
      return createHolderDesk({ store, requests, clock, logger, serviceUrl: serviceUrlOf(doors) });
    }),
    tokens: late(async () => {
      const { createTokenDesk } = await import('./wire-token-exchange.ts');
      return createTokenDesk({ store, requests, clock, serviceUrl: serviceUrlOf(doors) });
    }),
  };
}
