import { noticeId, type NoticeId, type TimestampMs } from '#contract/ids.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import type { PlannedNotice } from '#main/domain/notice-plan.ts';
import type { UseCaseContext } from '#main/context.ts';
import { newDelivery } from '#main/letters/new-delivery.ts';
import { randomBytes } from '#main/platform/random.ts';
import { createNoticeQueries, type StoredNotice } from '#main/sqlite/notice-queries.ts';
import { routeNotices, type Routes } from './route-notices.ts';

/** Keeps what was not told before, with its deliveries, in one transaction: after a kill either both are there or neither, so nothing is
 *  told twice and nothing is lost. What nobody wants is not kept: it is told when somebody does. How many deliveries were made. */
export function tellNotices(
  { db, nowMs }: Pick<UseCaseContext, 'db' | 'nowMs'>,
  planned: readonly PlannedNotice[],
  routes: Routes,
): number {
  const queries = createNoticeQueries(db.handle);
  const isNew = (notice: PlannedNotice): boolean => !queries.isTold(notice.onceKey);
  // Without a transaction where nothing is to be written, which is nearly always.
  if (!planned.some(isNew)) return 0;
  return db.transaction(() => {
    const fresh = [...new Map(planned.filter(isNew).map((one) => [one.onceKey, one])).values()];
    const named = fresh.map((notice) => ({ ...notice, id: newNoticeId() }));
    const deliveries = routeNotices(named, routes);
    const told = new Map(deliveries.flatMap(({ notices }) => notices.map((notice) => [notice.id, notice])));
    for (const notice of told.values()) queries.add(storedNotice(notice, nowMs));
    for (const { channel, webhookId, address, kind, notices } of deliveries) {
      queries.addDelivery(
        newDelivery({ channel, webhookId, address, kind, isReplay: 0 }, nowMs),
        notices.map(({ id }) => id),
      );
    }
    return deliveries.length;
  });
}

function newNoticeId(): NoticeId {
  return noticeId.parse(`ntc_${randomBase62(16, randomBytes)}`);
}

function storedNotice(notice: PlannedNotice & { readonly id: NoticeId }, nowMs: TimestampMs): StoredNotice {
  const { id, onceKey, kind, subject, data } = notice;
  return {
    ...{ id, onceKey, kind, atMs: nowMs },
    subjectKind: subject.kind,
    subjectId: subject.id,
    subjectName: subject.name,
    data,
  };
}
