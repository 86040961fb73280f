import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestWorld, type TestWorld } from './test-world.ts';

const ACME = { name: 'Acme', tier: 'external', contactEmail: 'api@acme.example' };

let world: TestWorld;
beforeEach(() => {
  world = createTestWorld();
});
afterEach(() => {
  world.close();
});

const partners = async () => (await world.call('partners.list', {})).items;
const kinds = (rows: readonly { readonly kind: string }[]) => rows.map(({ kind }) => kind);

describe('an import of partners', () => {
  it('S19.4 of 200 lines previews adds, updates and errors per line and changes nothing, then does just that', async () => {
    await world.call('partners.create', { ...ACME, contactName: 'Jo Doe', note: 'Keep me' });
    await world.call('partners.create', { ...ACME, name: 'Bolt', tier: 'federal' });
    const many = Array.from({ length: 197 }, (_, index) => `Partner ${String(index)};p@p.example;external`);
    const lines = [
      'Name;E-mail;Tier',
      'ACME;new@acme.example;',
      'Bolt;;federal',
      ...many,
      'Nobody;;external',
    ];
    const text = lines.join('\r\n');
    const before = [await partners(), (await world.call('audit.list', {})).total];
    const trial = await world.call('partners.import', { text, dryRun: true });
    expect(trial.rows.slice(0, 3)).toMatchObject([
      {
        ...{ line: 2, kind: 'update', name: 'Acme' },
        changes: [{ field: 'contactEmail', before: 'api@acme.example', after: 'new@acme.example' }],
      },
      { line: 3, kind: 'same', name: 'Bolt', changes: [] },
      { line: 4, kind: 'add', name: 'Partner 0', partnerId: null },
    ]);
    expect(trial.rows).toHaveLength(199);
    expect(trial.problems).toMatchObject([{ line: 201, name: 'Nobody' }]);
    expect([await partners(), (await world.call('audit.list', {})).total]).toEqual(before);

    const done = await world.call('partners.import', { text });
    expect([kinds(done.rows), done.problems]).toEqual([kinds(trial.rows), trial.problems]);
    const now = await partners();
    expect(now).toHaveLength(199);
    expect(now.map(({ id }) => id).toSorted()).toEqual(
      done.rows.map(({ partnerId }) => partnerId).toSorted(),
    );
    expect(now.find(({ name }) => name === 'Acme')).toMatchObject({
      ...{ contactEmail: 'new@acme.example', contactName: 'Jo Doe', note: 'Keep me' },
    });
    // A second time everything is there.
    expect(new Set(kinds((await world.call('partners.import', { text })).rows))).toEqual(new Set(['same']));
  });

  it('leaves one audit event for itself and one for each partner that it made or changed', async () => {
    const acme = await world.call('partners.create', ACME);
    const text = 'name,e-mail,note\nAcme,,Second\nBolt,b@bolt.example,\n';
    const { rows } = await world.call('partners.import', { text });
    const { items } = await world.call('audit.list', {});
    expect(items.slice(0, 3)).toMatchObject([
      {
        ...{ action: 'partners.create', subject: { id: rows[1]?.partnerId, name: 'Bolt' } },
        after: { name: 'Bolt', tier: 'external', contactEmail: 'b@bolt.example' },
      },
      {
        ...{ action: 'partners.update', subject: { id: acme.id } },
        ...{ before: { note: '' }, after: { note: 'Second' } },
      },
      { action: 'partners.import', after: { added: 1, changed: 1, same: 0, leftOut: 0 } },
    ]);
    expect(await world.call('audit.verify', {})).toMatchObject({ ok: true });
  });

  it('that fails in the middle leaves nothing', async () => {
    world.db.handle.exec(
      `CREATE TRIGGER full BEFORE INSERT ON partners WHEN NEW.name = 'C' BEGIN SELECT RAISE(ABORT, 'no'); END`,
    );
    const text = 'name,e-mail\nA,a@x.example\nB,b@x.example\nC,c@x.example\n';
    const events = (await world.call('audit.list', {})).total;
    await world.refusal('partners.import', { text });
    expect(await partners()).toEqual([]);
    expect((await world.call('audit.list', {})).total).toBe(events);
  });

  it('of a text without columns, without lines or with too many is refused whole', async () => {
    const long = Array.from({ length: 1_001 }, (_, index) => `P${String(index)},p@p.example`).join('\n');
    for (const text of ['Colour\nred', 'Name,E-mail\n', `name,e-mail\n${long}`]) {
      const error = await world.refusal('partners.import', { text, dryRun: true });
      expect(error).toMatchObject({ code: 'IMPORT_UNREADABLE', fields: [{ path: 'text' }] });
    }
    expect(await world.refusal('partners.import', { text: 'Name\nA' }, 'issuer')).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
