import type { TimestampMs, WebhookId } from '#contract/ids.ts';
import type { NoticeKind } from '#contract/notice-kinds.ts';
import { keptKinds, readKinds } from '#main/domain/kept-kinds.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A webhook as stored. `sealed` holds address and signing secret. */
export interface StoredWebhook {
  readonly id: WebhookId;
  readonly name: string;
  readonly origin: string;
  readonly sealed: Buffer;
  readonly isOn: 0 | 1;
  readonly kinds: readonly NoticeKind[];
  readonly createdAtMs: TimestampMs;
}

type Row = Omit<StoredWebhook, 'kinds'> & { readonly kinds: string };

const COLUMNS = `
  w.id AS id,
  w.name AS name,
  w.origin AS origin,
  w.sealed AS sealed,
  w.is_on AS isOn,
  w.kinds AS kinds,
  w.created_at_ms AS createdAtMs`;

// notices.setup and every look for what to tell; a scan of at most WEBHOOKS_MAX rows.
const LIST = `SELECT ${COLUMNS} FROM webhooks w ORDER BY w.name`;

// Commands on a webhook and each delivery to it; primary key.
const GET = `SELECT ${COLUMNS} FROM webhooks w WHERE w.id = @id`;

// notices.createWebhook and notices.updateWebhook; primary key.
const PUT = `
  INSERT INTO webhooks (id, name, origin, sealed, is_on, kinds, created_at_ms)
  VALUES (@id, @name, @origin, @sealed, @isOn, @kinds, @createdAtMs)
  ON CONFLICT (id) DO UPDATE
  SET name = excluded.name, origin = excluded.origin, sealed = excluded.sealed, is_on = excluded.is_on, kinds = excluded.kinds`;

// notices.deleteWebhook, in this order: what points at something goes before it. Index notice_deliveries_by_webhook.
const REMOVALS = [
  `DELETE FROM notice_delivery_items
   WHERE delivery_id IN (SELECT d.id FROM notice_deliveries d WHERE d.webhook_id = @id)`,
  `DELETE FROM notice_deliveries WHERE webhook_id = @id`,
  `DELETE FROM webhooks WHERE id = @id`,
];

/** Prepares the statements on webhooks. Not a part of an open store: they are prepared when somebody asks for notices. */
export function createWebhookQueries(handle: DatabaseHandle) {
  const list = handle.prepare<[], Row>(LIST);
  const get = handle.prepare<{ id: WebhookId }, Row>(GET);
  const put = handle.prepare<Row>(PUT);
  const removals = REMOVALS.map((sql) => handle.prepare<{ id: WebhookId }>(sql));
  return {
    /** By name. */
    list: (): readonly StoredWebhook[] => list.all().map(parsed),
    get: (id: WebhookId): StoredWebhook | null => {
      const row = get.get({ id });
      return row === undefined ? null : parsed(row);
    },
    /** Inserts it, or writes over all but the time of its making. */
    put: (webhook: StoredWebhook): void => {
      put.run({ ...webhook, kinds: JSON.stringify(keptKinds(webhook.kinds)) });
    },
    /** With its deliveries. */
    delete: (id: WebhookId): void => {
      for (const removal of removals) removal.run({ id });
    },
  };
}

function parsed(row: Row): StoredWebhook {
  return { ...row, kinds: readKinds(JSON.parse(row.kinds) as readonly string[]) };
}
