import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { csvText } from '#main/platform/csv-text.ts';
import { loadKey, viewKey } from './key-view.ts';
import { TurnTaker } from './turn-taker.ts';

type Cell = string | readonly string[] | null;

const COLUMNS: readonly (readonly [name: string, value: (key: Key) => Cell])[] = [
  ['keyId', (key) => key.keyId],
  ['name', (key) => key.name],
  ['hint', (key) => key.hint],
  ['environment', (key) => key.environment],
  ['status', (key) => key.status],
  ['partner', (key) => key.partnerName],
  ['application', (key) => key.applicationName],
  ['contact', (key) => key.contactEmail],
  ['scopes', (key) => key.scopeNames],
  ['tags', (key) => key.tags],
  ['createdAt', (key) => moment(key.createdAt)],
  ['expiresAt', (key) => moment(key.expiresAt)],
  ['lastUsedAt', (key) => moment(key.lastUsedAt)],
  ['externalId', (key) => key.externalId],
  ['note', (key) => key.note],
];

/** Makes keys.export: the keys in the order they were named, giving way to verifications in between. */
export function createExportKeys(monotonicMs: () => number) {
  return async (
    context: UseCaseContext,
    { keyIds, format }: HandlerInput<'keys.export'>,
  ): Promise<Output<'keys.export'>> => {
    const turns = new TurnTaker(monotonicMs);
    const rows: Cell[][] = [];
    for (const keyId of new Set(keyIds)) {
      if (context.db.keys.getState(keyId) !== null) {
        const key = viewKey(context, loadKey(context, keyId));
        rows.push(COLUMNS.map(([, value]) => value(key)));
      }
      await turns.giveWay();
    }
    const names = COLUMNS.map(([name]) => name);
    const isCsv = format === 'csv';
    return {
      fileName: `latchkey-keys-${new Date(context.nowMs).toISOString().slice(0, 10)}.${format}`,
      mediaType: isCsv ? 'text/csv' : 'application/x-ndjson',
      content: isCsv
        ? csvText([names, ...rows.map((row) => row.map(cellText))])
        : rows.map((row) => `${JSON.stringify(Object.fromEntries(row.map(named(names))))}\n`).join(''),
      rowCount: rows.length,
    };
  };
}

const named =
  (names: readonly string[]) =>
  (value: Cell, index: number): [string, Cell] => [names[index] ?? '', value];

function cellText(value: Cell): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : value.join(' ');
}

function moment(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
