import { NoticeDesk, type NoticeDeskParts } from '#main/notices/notice-desk.ts';
import { createLogger } from '#main/platform/logger.ts';
import type { TestWorld } from './test-world.ts';

/** Facts that only a whole program has. */
type Foreign = Awaited<ReturnType<NoticeDeskParts['foreign']>>;

/** A desk of notices over the store of a test world; without quotas, backups and warnings unless told. */
export function deskOf(
  world: () => TestWorld,
  more: { readonly desktop?: NoticeDeskParts['desktop']; readonly foreign?: Partial<Foreign> } = {},
): NoticeDesk {
  return new NoticeDesk({
    context: () => world().systemContext(),
    desktop: more.desktop ?? (() => null),
    foreign: () =>
      Promise.resolve({ quotas: [], spikes: [], backup: null, storage: [], turnedAway: [], ...more.foreign }),
    onChange: () => undefined,
    logger: createLogger({ write: () => undefined }),
  });
}
