import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { contactOfRole, networksOf } from '#main/partners/owner-people.ts';
import { makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => world.close());

const partner = () => ({ kind: 'partner', partnerId: subjects.partner.id }) as const;
const application = () => ({ kind: 'application', applicationId: subjects.application.id }) as const;
type Contacts = CallInput<'owners.update'>['contacts'];
const PEOPLE: Contacts = [
  { role: 'owner', name: 'Jo Doe', email: 'jo@acme.example' },
  { role: 'technical', name: null, email: 'ops@acme.example' },
  { role: 'billing', name: 'Bo', email: 'bills@acme.example' },
];

it('an owner whom nobody gave further contacts has the one of its own row', async () => {
  expect(await world.call('owners.get', { owner: application() }, 'viewer')).toEqual({
    contacts: [{ role: 'technical', name: null, email: 'feed@acme.example' }],
    networks: [],
    inheritedNetworks: [],
  });
});

it('several contacts have roles; the first stands in the lists, also after it was changed there', async () => {
  const people = await world.call('owners.update', { owner: partner(), contacts: PEOPLE, networks: [] });
  expect(people.contacts).toEqual(PEOPLE);
  expect(await world.call('partners.get', { partnerId: subjects.partner.id })).toMatchObject({
    contactName: 'Jo Doe',
    contactEmail: 'jo@acme.example',
  });
  await world.call('partners.update', { partnerId: subjects.partner.id, contactEmail: 'OPS@acme.example' });
  const { contacts } = await world.call('owners.get', { owner: partner() });
  expect(contacts.map(({ email }) => email)).toEqual(['OPS@acme.example', 'bills@acme.example']);
});

it('a mail about keys goes to the technical contact of the application, else to its first', async () => {
  const context = world.systemContext();
  const { id } = subjects.application;
  expect(contactOfRole(context, id, 'technical')).toBe('feed@acme.example');
  await world.call('owners.update', { owner: application(), contacts: PEOPLE, networks: [] });
  expect(contactOfRole(context, id, 'technical')).toBe('ops@acme.example');
  expect(contactOfRole(context, id, 'billing')).toBe('bills@acme.example');
  await world.call('owners.update', { owner: application(), contacts: PEOPLE.slice(0, 1), networks: [] });
  expect(contactOfRole(context, id, 'billing')).toBe('jo@acme.example');
});

it('networks of a partner are those of its applications that have none of their own', async () => {
  const context = world.systemContext();
  const { id } = subjects.application;
  const networks = ['10.20.0.0/16', '2001:db8::/32'];
  await world.call('owners.update', { owner: partner(), contacts: PEOPLE, networks });
  expect(networksOf(context, id)).toEqual(networks);
  expect(await world.call('owners.get', { owner: application() })).toMatchObject({
    networks: [],
    inheritedNetworks: networks,
  });
  await world.call('owners.update', { owner: application(), contacts: PEOPLE, networks: ['192.0.2.7'] });
  expect(networksOf(context, id)).toEqual(['192.0.2.7']);
});

it('what is no network, an address named twice, nobody at all and somebody who may not are refused, and nothing changes', async () => {
  const before = await world.call('owners.get', { owner: partner() });
  const input = { owner: partner(), contacts: PEOPLE, networks: [] };
  const refusals = [
    [{ ...input, networks: ['10.0.0.0/8', '10.0.0.0/40'] }, 'networks.1'],
    [
      { ...input, contacts: [...PEOPLE, { role: 'owner', name: null, email: 'JO@acme.example' }] },
      'contacts.3.email',
    ],
    [{ ...input, contacts: [] }, 'contacts'],
    [{ ...input, contacts: [{ role: 'friend', name: null, email: 'a@b.example' }] }, 'contacts.0.role'],
  ] as const;
  for (const [wrong, path] of refusals) {
    expect(await world.refusal('owners.update', wrong)).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path }],
    });
  }
  expect((await world.refusal('owners.update', input, 'issuer')).code).toBe('FORBIDDEN');
  expect(await world.call('owners.get', { owner: partner() })).toEqual(before);
});

it('they go with their owner, and the trail says what changed', async () => {
  await world.call('owners.update', { owner: application(), contacts: PEOPLE, networks: ['10.0.0.0/8'] });
  const [event] = (await world.call('audit.list', {})).items;
  expect(event).toMatchObject({ action: 'owners.update', after: { networks: ['10.0.0.0/8'] } });
  await world.call('partners.delete', { partnerId: subjects.partner.id });
  for (const table of ['owner_contacts', 'owner_networks']) {
    expect(world.db.handle.prepare(`SELECT COUNT(*) AS count FROM ${table}`).get()).toEqual({ count: 0 });
  }
});

it('an application that goes to another partner leaves its further contacts and networks behind: no new secret is mailed to the former owner', async () => {
  const { id: applicationId } = subjects.application;
  const networks = ['10.20.0.0/16'];
  await world.call('owners.update', { owner: application(), contacts: PEOPLE, networks });
  const other = await world.call('partners.create', {
    ...{ name: 'Bolt', tier: 'external', contactEmail: 'hello@bolt.example' },
  });
  await world.call('applications.transfer', {
    ...{ applicationId, partnerId: other.id, contactEmail: 'dev@bolt.example' },
  });
  expect(contactOfRole(world.systemContext(), applicationId, 'technical')).toBe('dev@bolt.example');
  expect(await world.call('owners.get', { owner: application() })).toMatchObject({
    contacts: [{ email: 'dev@bolt.example' }],
    networks: [],
  });
  const trail = (await world.call('audit.list', {})).items;
  const event = trail.find(({ action }) => action === 'applications.transfer');
  expect(JSON.stringify(event)).toContain('ops@acme.example');
});
