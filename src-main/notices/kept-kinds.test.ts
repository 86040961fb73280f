import { expect, test } from 'vitest';
import { NOTICE_KINDS, type NoticeKind } from '#contract/notice-kinds.ts';
import { NOTICES_ROW } from '#main/settings/notices-row.ts';
import { createTestWorld } from '#main/rpc/test-world.ts';
import { KEYS_MIGRATIONS } from '#main/sqlite/keys-database.ts';
import { KEYS_OPTIONS, openDatabase } from '#main/sqlite/open-database.ts';
import { createWebhookQueries } from '#main/sqlite/webhook-queries.ts';

/** The kinds before everything had a sign of its own. */
const LATER: readonly NoticeKind[] = ['guessing', 'load_shed', 'overlap_ended'];
const FIFTEEN = NOTICE_KINDS.filter((kind) => !LATER.includes(kind));
const ALL_KINDS_AT = 32;

test('a webhook that had every kind of its time is told of new ones, and one that left a kind out is not', () => {
  const handle = openDatabase(':memory:', KEYS_OPTIONS);
  for (const sql of KEYS_MIGRATIONS.slice(0, ALL_KINDS_AT)) handle.exec(sql);
  const add = handle.prepare("INSERT INTO webhooks VALUES (?, ?, 'https://x', X'00', 1, ?, 1)");
  add.run('whk_1', 'All', JSON.stringify(FIFTEEN));
  add.run('whk_2', 'Some', JSON.stringify(FIFTEEN.slice(1)));
  const settings = { sinceMs: 1, mail: null, desktop: { isOn: true, kinds: FIFTEEN } };
  handle.prepare('INSERT INTO settings VALUES (?, ?)').run(NOTICES_ROW, JSON.stringify(settings));
  for (const sql of KEYS_MIGRATIONS.slice(ALL_KINDS_AT)) handle.exec(sql);
  const [all, some] = createWebhookQueries(handle).list();
  expect(all?.kinds).toEqual(NOTICE_KINDS);
  expect(some?.kinds).toEqual(FIFTEEN.slice(1));
  const row = handle.prepare('SELECT value FROM settings WHERE name = ?').pluck().get(NOTICES_ROW);
  expect(JSON.parse(String(row))).toEqual({ ...settings, desktop: { isOn: true, kinds: ['*'] } });
  handle.close();
});

test('all kinds ticked is kept as everything, and is told as all kinds; with one left out it is a list', async () => {
  const world = createTestWorld();
  const choose = async (kinds: readonly NoticeKind[]) => {
    await world.call('notices.updateDesktop', { isOn: true, kinds: [...kinds] });
    const row = world.db.settings.list().find(({ name }) => name === NOTICES_ROW);
    const { desktop } = JSON.parse(row?.value ?? '') as { desktop: { kinds: unknown } };
    return { kept: desktop.kinds, told: (await world.call('notices.setup', {})).desktop.kinds };
  };
  expect(await choose(NOTICE_KINDS)).toEqual({ kept: ['*'], told: NOTICE_KINDS });
  expect(await choose(FIFTEEN)).toEqual({ kept: FIFTEEN, told: FIFTEEN });
  world.close();
});
