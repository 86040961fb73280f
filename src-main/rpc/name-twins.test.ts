import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let made: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  made = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const CONTACT = { contactEmail: 'api@acme.example' };
const TEMPLATE = { expiresInMs: null } as const;
const RULES = [{ effect: 'allow', methods: ['*'], path: '/offers/**' }] as const;

/** With Cyrillic letters in the place of some Latin ones. */
const forged = (name: string): string => name.replaceAll('a', 'а').replaceAll('e', 'е').replaceAll('A', 'А');

it('a name that looks like another one of its kind is refused, with the name and the letters', async () => {
  const error = await world.refusal('partners.create', { name: 'Аcme', tier: 'external', ...CONTACT });
  const message =
    '“Аcme” looks like “Acme”, another partner: its “А” is a Cyrillic letter. Choose a name that cannot be mistaken.';
  expect(error).toMatchObject({ code: 'NAME_TAKEN', message, fields: [{ path: 'name', message }] });
  const spaced = { partnerId: made.partner.id, name: 'Data  feed', slug: 'other', ...CONTACT };
  expect((await world.refusal('applications.create', spaced)).message).toContain('or spaces tell them apart');
});

it('so are those of applications, services, scopes, plans, templates and tokens, and each in a rename', async () => {
  const plan = await world.call('plans.create', { name: 'Large' });
  const template = await world.call('templates.create', { ...TEMPLATE, name: 'Reader' });
  await world.call('tokens.create', { name: 'Deploy', role: 'viewer' });
  const partnerId = made.partner.id;
  const serviceId = made.service.id;
  await world.call('scopes.create', { serviceId, name: 'offers:all', rules: RULES });
  const other = {
    partner: await world.call('partners.create', { name: 'Globex', tier: 'external', ...CONTACT }),
    application: await world.call('applications.create', { partnerId, name: 'B', slug: 'bb', ...CONTACT }),
    service: (await world.call('services.create', { name: 'B', slug: 'bb' })).service,
    scope: await world.call('scopes.create', { serviceId, name: 'b', rules: RULES }),
    plan: await world.call('plans.create', { name: 'B' }),
    template: await world.call('templates.create', { ...TEMPLATE, name: 'B' }),
  };
  const refused = [
    world.refusal('applications.create', { partnerId, name: forged('Data feed'), slug: 'cc', ...CONTACT }),
    world.refusal('services.create', { name: forged('Trade API'), slug: 'cc' }),
    world.refusal('scopes.create', { serviceId, name: 'offers:al1', rules: RULES }),
    world.refusal('plans.create', { name: forged(plan.name) }),
    world.refusal('templates.create', { ...TEMPLATE, name: forged(template.name) }),
    world.refusal('tokens.create', { name: forged('Deploy'), role: 'viewer' }),
    world.refusal('partners.update', { partnerId: other.partner.id, name: forged('Acme') }),
    world.refusal('applications.update', { applicationId: other.application.id, name: forged('Data feed') }),
    world.refusal('services.update', { serviceId: other.service.id, name: forged('Trade API') }),
    world.refusal('scopes.update', { scopeId: other.scope.id, name: 'offers:al1' }),
    world.refusal('plans.update', { planId: other.plan.id, name: forged(plan.name) }),
    world.refusal('templates.update', { templateId: other.template.id, name: forged(template.name) }),
  ];
  for (const error of await Promise.all(refused)) {
    expect(error).toMatchObject({ code: 'NAME_TAKEN', fields: [{ path: 'name' }] });
  }
});

it('a key may share the name of another one of its application, and may not be taken for it', async () => {
  const { key } = await makeKey(world, made, { name: 'Warehouse' });
  const second = await makeKey(world, made, { name: 'Warehouse' });
  const create = {
    applicationId: made.application.id,
    environment: 'live',
    scopeIds: [],
    expiresAt: key.expiresAt,
  } as const;
  const twin = { code: 'INVALID_INPUT', fields: [{ path: 'name' }] };
  expect(await world.refusal('keys.create', { ...create, name: forged('Warehouse') })).toMatchObject(twin);
  expect(
    await world.refusal('keys.update', { keyId: second.key.keyId, name: forged('Warehouse') }),
  ).toMatchObject(twin);
  await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
  await world.call('keys.revoke', { keyId: second.key.keyId, reason: 'other' });
  await world.call('keys.create', { ...create, name: forged('Warehouse') });
});

it('what has its name already keeps it: other fields change, and it may be written otherwise', async () => {
  const partnerId = made.partner.id;
  world.db.handle
    .exec(`INSERT INTO partners SELECT 'par_1111111111111111', 'Аcme', tier, contact_name, contact_email, note,
    created_at_ms, updated_at_ms, recipient_key FROM partners`);
  await world.call('partners.update', { partnerId, note: 'Both were here before' });
  await world.call('applications.update', { applicationId: made.application.id, name: 'Data  Feed' });
});

it('an import tells lines whose names look like partners, or like each other, and leaves them out', async () => {
  const text = `name,contactEmail\n${forged('Acme')},a@b.example\nGlobex,a@b.example\n${forged('Globex')},a@b.example\nAcme,c@d.example`;
  const { rows, problems } = await world.call('partners.import', { text });
  expect(rows.map(({ name }) => name)).toEqual(['Globex', 'Acme']);
  expect(problems).toMatchObject([
    { line: 2, message: expect.stringContaining('“А” and “е” are Cyrillic letters') as string },
    { line: 4, message: expect.stringContaining('looks like “Globex”') as string },
  ]);
  expect((await world.call('partners.list', {})).items.map(({ name }) => name)).toEqual(['Acme', 'Globex']);
});

it('a picture in a name keeps the sign that gives it its colours, which does not make the name another one', async () => {
  const heart = { name: 'Heart \u2764\uFE0F', tier: 'external', ...CONTACT } as const;
  expect((await world.call('partners.create', heart)).name).toBe(heart.name);
  const plain = { ...heart, name: 'Heart \u2764' };
  expect(await world.refusal('partners.create', plain)).toMatchObject({ code: 'NAME_TAKEN' });
});

it('a name with a character that nobody sees is refused', async () => {
  const unseen = [
    '\u034F',
    '\u115F',
    '\u3164',
    '\uFFA0',
    '\uFE0F',
    '\u{E0100}',
    '\u2800',
    '\u180B',
    '\u17B4',
  ];
  for (const name of unseen.map((one) => `Ac${one}me`)) {
    expect(await world.refusal('partners.create', { name, tier: 'external', ...CONTACT })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'name' }],
    });
  }
});
