import { OPEN_REQUESTS_MAX } from '#contract/access-requests.ts';
import { BLOCKED_SOURCES_MAX } from '#contract/blocked-sources.ts';
import { ENROLMENT_TOKENS_MAX } from '#contract/enrolment.ts';
import type { KeyId } from '#contract/ids.ts';
import type { SystemStatus } from '#contract/system.ts';
import type { UseCaseContext } from '#main/context.ts';
import { keptSinceMs } from '#main/domain/kept-since.ts';
import { isTokenLive } from '#main/domain/is-token-live.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { StoredEnrolmentToken } from '#main/sqlite/stored-enrolment.ts';
import { type CeilingFill, ceilingWarnings, isNearCeiling } from './ceiling-warnings.ts';

type Store = Pick<UseCaseContext, 'db' | 'nowMs'>;

/** Enrolment tokens read without a pause, for which a verification may have to wait. */
const SLICE_TOKENS = 100;
/** What was found is good for this long. */
const FRESH_MS = 60_000;

/** Warns of configured ceilings that are nearly reached. Who asks is told what the last look found, and starts the next one when that is
 *  old; a look reads enrolment tokens in slices between which verifications go on. */
export class CeilingWatch {
  readonly #parts: { readonly store: () => Store; readonly logger: Logger; readonly onChange: () => void };
  #found: SystemStatus['warnings'] = [];
  #lookedAtMs: number | null = null;
  #isLooking = false;
  #isClosed = false;

  constructor(parts: {
    /** At this moment. */
    readonly store: () => Store;
    readonly logger: Logger;
    /** There are other warnings than before. */
    readonly onChange: () => void;
  }) {
    this.#parts = parts;
  }

  /** What was found, at most FRESH_MS and one look old where it is asked for all the time. */
  warnings(nowMs: number): SystemStatus['warnings'] {
    const isFresh = this.#lookedAtMs !== null && Math.abs(nowMs - this.#lookedAtMs) < FRESH_MS;
    if (!isFresh && !this.#isLooking && !this.#isClosed) {
      this.#isLooking = true;
      this.#lookedAtMs = nowMs;
      void this.#look();
    }
    return this.#found;
  }

  close(): void {
    this.#isClosed = true;
  }

  async #look(): Promise<void> {
    try {
      const found = ceilingWarnings([...(await this.#ofTokens()), ...ofServer(this.#parts.store())]);
      const isSame = JSON.stringify(found) === JSON.stringify(this.#found);
      this.#found = found;
      if (!isSame && !this.#isClosed) this.#parts.onChange();
    } catch (error) {
      // A store that is being closed or exchanged; the next look tells.
      if (!this.#isClosed) this.#parts.logger.error('Ceilings could not be looked at.', { error });
    } finally {
      this.#isLooking = false;
    }
  }

  async #ofTokens(): Promise<readonly CeilingFill[]> {
    const fills: CeilingFill[] = [];
    const tokensOf = new Map<KeyId, number>();
    let afterId = '';
    for (;;) {
      await this.#pause();
      const { db, nowMs } = this.#parts.store();
      const tokens = db.enrolment.page(afterId, SLICE_TOKENS);
      for (const token of tokens) {
        if (!isTokenLive(token, nowMs)) continue;
        tokensOf.set(token.parentId, (tokensOf.get(token.parentId) ?? 0) + 1);
        // It has at most as many children as it ever made: most tokens need no count.
        if (isNearCeiling(token.mintedCount, token.childrenMax))
          fills.push(...(await this.#ofChildren(token)));
      }
      const last = tokens.at(-1);
      if (last === undefined || tokens.length < SLICE_TOKENS) break;
      afterId = last.id;
    }
    return [...fills, ...this.#ofParents(tokensOf)];
  }

  async #ofChildren(token: StoredEnrolmentToken): Promise<readonly CeilingFill[]> {
    await this.#pause();
    const { db, nowMs } = this.#parts.store();
    const used = db.enrolment.countLive(token, nowMs);
    if (!isNearCeiling(used, token.childrenMax)) return [];
    const of = `The enrolment token “${token.name}” of the key “${db.keys.get(token.parentId)?.name ?? ''}”`;
    return [{ kind: 'children', of, used, max: token.childrenMax }];
  }

  #ofParents(tokensOf: ReadonlyMap<KeyId, number>): readonly CeilingFill[] {
    const { db } = this.#parts.store();
    return [...tokensOf]
      .filter(([, used]) => isNearCeiling(used, ENROLMENT_TOKENS_MAX))
      .map(([keyId, used]) => ({
        kind: 'enrolment-tokens',
        of: `The key “${db.keys.get(keyId)?.name ?? ''}”`,
        used,
        max: ENROLMENT_TOKENS_MAX,
      }));
  }

  /** Lets all else go on. Throws when there is nobody left to look for. */
  async #pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#isClosed) throw new Error('It was closed.');
  }
}

function ofServer({ db, nowMs }: Store): readonly CeilingFill[] {
  const blocked = db.blockedSources.count(keptSinceMs(nowMs));
  const open = db.accessRequests.countUndecided();
  return [
    { kind: 'blocked-sources', of: '', used: blocked, max: BLOCKED_SOURCES_MAX },
    { kind: 'open-requests', of: '', used: open, max: OPEN_REQUESTS_MAX },
  ];
}
