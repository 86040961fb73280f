import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backupId, type JobId, type KeyId, timestampMs } from '#contract/ids.ts';
import type { Backup } from '#contract/backups.ts';
import {
  contract,
  isProcedureName,
  type CallInput,
  type CommandName,
  type ProcedureName,
} from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { Procedure } from '#contract/procedure.ts';
import { holdCode } from '#main/handoffs/held-code.ts';
import { habitsFrom } from '#main/hygiene/habits.test-support.ts';
import type { KeyHabits } from '#main/requests/requests-messages.ts';
import { must } from '#main/platform/must.ts';
import { Jobs } from '#main/jobs/jobs.ts';
import { judgeSecrets } from '#main/domain/issuer-trial.ts';
import type { BackupAdmin, HandlerServices, SessionAdmin } from './handler-services.ts';
import { ask } from './access-world.test-support.ts';
import { deskOf } from './notice-world.test-support.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import type { UseCaseContext } from '#main/context.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const HOUR_MS = 3_600_000;
const KEY = 'command-1234';

let world: TestWorld;
let subjects: TestSubjects;
let jobs: Jobs;

const backup: Backup = {
  id: backupId.parse('backup-20261122T120000000Z'),
  createdAt: 0 as Backup['createdAt'],
  sizeBytes: 1,
  appVersion: '0.1.0',
  keyCount: 0,
  auditCount: 0,
  sha256: 'ab',
  isVerified: true,
};
const figures = { keyCount: 0, auditCount: 0 };
const audit = (action: string) => ({ action, subject: { kind: 'store', id: 'x', name: 'x' } }) as const;
/** Like the real ones: one commits after a wait, the other knows its answer only after its commit. */
const backups: BackupAdmin = {
  create: async (context) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return context.command(() => ({ value: backup, audit: audit('backups.create'), changed: ['backups'] }));
  },
  list: () => Promise.resolve({ items: [backup], folder: '/' }),
  restore: (context) => {
    context.command(() => ({ value: null, audit: audit('backups.restore'), changed: ['backups'] }));
    return Promise.resolve({
      restored: true,
      now: figures,
      inBackup: figures,
      revocationsKept: 0,
      movedAside: '/aside',
    });
  },
};

const portState = { service: { port: 1, isFixed: false }, admin: { port: 2, isFixed: false }, trial: null };
const movePorts = (context: UseCaseContext, action: string) =>
  context.command(() => ({ value: portState, audit: audit(action), changed: ['settings'] }));
const ports: HandlerServices['ports'] = {
  get: () => portState,
  change: (context) =>
    Promise.resolve({ ...movePorts(context, 'ports.change'), code: 'a-code-that-is-shown' }),
  keep: (context) => movePorts(context, 'ports.keep'),
  goBack: (context) => movePorts(context, 'ports.goBack'),
};

const selfTest: HandlerServices['selfTest'] = {
  run: (context) =>
    Promise.resolve(
      context.command(() => ({
        value: {
          at: context.nowMs,
          ...{ durationMs: 1, isRight: true, limits: [], quotaDrift: [], problems: [] },
          issuer: judgeSecrets(['a'.repeat(49)]),
        },
        audit: audit('selfTest.run'),
        changed: ['status'],
      })),
    ),
  last: () => Promise.resolve({ result: null }),
};

beforeEach(async () => {
  const open = new Set(['ses_1']);
  const sessions: SessionAdmin = {
    list: () => [],
    end: (id) => open.delete(id),
    createContinueCode: () => null,
    createPairingLink: () => ({ url: 'http://127.0.0.1:7421/#code=shown', expiresAt: world.nowMs() }),
  };
  jobs = new Jobs({
    nowMs: () => world.nowMs(),
    monotonicMs: () => 0,
    announce: () => undefined,
    onError: () => undefined,
  });
  const desk = deskOf(() => world);
  const noticeDesk = () => Promise.resolve(desk);
  const services = { sessions: () => sessions, backups, jobs, requests: LOG, ports, noticeDesk, selfTest };
  world = createTestWorld(() => services);
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

/** A log that takes what it is given and forgets nothing, since it keeps nothing. */
const LOG: HandlerServices['requests'] = {
  query: (name) => Promise.resolve((name === 'keys.habits' ? shared : 0) as never),
  stopSearch: () => undefined,
  record: () => undefined,
  report: () => Promise.resolve(),
};

/** What the log says of keys that seem to be shared. */
let shared: readonly KeyHabits[] = [];
async function newShared() {
  const { keyId } = await newKey();
  shared = [habitsFrom(keyId, ['10.1.1.0/24', '10.2.2.0/24'])];
  return { keyId, reason: 'Two offices' };
}

const newTemplate = (name: string) => world.call('templates.create', { name, expiresInMs: 86_400_000 });
const newProduct = async (slug: string) => {
  const tiers = [{ templateId: (await newTemplate(`For ${slug}`)).id, name: 'Starter' }];
  return world.call('products.create', { serviceId: subjects.service.id, name: slug, slug, tiers });
};

/** For each command something it can do. */
const COMMANDS: {
  readonly [Name in CommandName]: () => CallInput<Name> | Promise<CallInput<Name>>;
} = {
  'partners.create': () => ({ name: 'Bolt', tier: 'external', contactEmail: 'a@bolt.example' }),
  'partners.update': () => ({ partnerId: subjects.partner.id, note: 'Once' }),
  'owners.update': () => ({
    owner: { kind: 'partner', partnerId: subjects.partner.id },
    contacts: [{ role: 'owner', name: null, email: 'jo@acme.example' }],
    networks: ['10.0.0.0/8'],
  }),
  'storage.compact': () => ({}),
  'partners.setDigest': () => ({
    partnerId: subjects.partner.id,
    time: { weekday: 1, hour: 9, timeZone: 'UTC' },
  }),
  'partners.delete': () => ({ partnerId: subjects.partner.id }),
  'partners.import': () => ({ text: 'name,e-mail\nBolt,a@bolt.example\n' }),
  'applications.create': () => ({
    partnerId: subjects.partner.id,
    name: 'Second',
    slug: 'second',
    contactEmail: 'b@acme.example',
  }),
  'applications.update': () => ({ applicationId: subjects.application.id, note: 'Once' }),
  'applications.transfer': async () => ({
    applicationId: subjects.application.id,
    partnerId: await otherPartnerId(),
  }),
  'applications.split': async () => ({
    applicationId: subjects.application.id,
    name: 'Second half',
    slug: 'secondhalf',
    contactEmail: 'b@acme.example',
    keyIds: [(await newKey()).keyId],
  }),
  'keys.transfer': async () => {
    const input = { name: 'Other', slug: 'other', contactEmail: 'b@bolt.example' };
    const other = await world.call('applications.create', { ...input, partnerId: await otherPartnerId() });
    return { applicationId: other.id, keyIds: [(await newKey()).keyId] };
  },
  'applications.delete': () => ({ applicationId: subjects.application.id }),
  'services.create': () => ({ name: 'Billing', slug: 'billing' }),
  'services.update': () => ({ serviceId: subjects.service.id, name: 'Trading' }),
  'services.rotateToken': () => ({ serviceId: subjects.service.id }),
  'endpoints.import': () => ({
    serviceId: subjects.service.id,
    openapi: { openapi: '3.1.0', paths: { '/a': { get: {} } } },
  }),
  'endpoints.add': () => ({ serviceId: subjects.service.id, method: 'GET', path: '/offers' }),
  'endpoints.addObserved': () => ({
    serviceId: subjects.service.id,
    endpoints: [{ method: 'GET', path: '/seen/{id}' }],
  }),
  'endpoints.delete': async () => {
    const line = { serviceId: subjects.service.id, method: 'GET', path: '/gone' } as const;
    return { endpointId: (await world.call('endpoints.add', line)).id };
  },
  'scopes.create': () => ({
    serviceId: subjects.service.id,
    name: 'offers:read',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/offers' }],
  }),
  'scopes.update': () => ({ scopeId: subjects.scope.id, description: 'Once' }),
  'scopes.delete': () => ({ scopeId: subjects.scope.id }),
  'plans.create': () => ({ name: 'Small' }),
  'plans.update': async () => ({
    planId: (await world.call('plans.create', { name: 'Big' })).id,
    name: 'Bigger',
  }),
  'samples.create': () => ({}),
  'samples.delete': async () => {
    await world.call('samples.create', {});
    return {};
  },
  'templates.create': () => ({ name: 'Small', expiresInMs: 86_400_000 }),
  'templates.update': async () => ({ templateId: (await newTemplate('To change')).id, tags: ['new'] }),
  'templates.delete': async () => ({ templateId: (await newTemplate('To delete')).id }),
  'products.create': async () => ({
    serviceId: subjects.service.id,
    name: 'Inventory',
    slug: 'inventory',
    tiers: [{ templateId: (await newTemplate('To offer')).id, name: 'Starter' }],
  }),
  'products.update': async () => ({ productId: (await newProduct('to-change')).id, name: 'Changed' }),
  'products.publish': async () => ({ productId: (await newProduct('to-publish')).id }),
  'products.unpublish': async () => {
    const { id: productId } = await newProduct('to-take-back');
    await world.call('products.publish', { productId });
    return { productId };
  },
  'products.delete': async () => ({ productId: (await newProduct('to-delete')).id }),
  'templates.apply': async () => ({
    templateId: (await newTemplate('To apply')).id,
    keyIds: [(await makeKey(world, subjects)).key.keyId],
  }),
  'templates.applyToMany': async () => ({
    templateId: (await newTemplate('For all')).id,
    keys: { kind: 'all' },
  }),
  'templates.undoApply': async () => {
    const templateId = (await newTemplate('To take back')).id;
    const { jobId } = await world.call('templates.applyToMany', { templateId, keys: { kind: 'all' } });
    await vi.waitFor(async () => {
      const { last } = await world.call('templates.applied', { templateId });
      expect(last?.isRunning).toBe(false);
    });
    return { jobId };
  },
  'keys.createFromTemplate': async () => ({
    templateId: (await newTemplate('To use')).id,
    applicationId: subjects.application.id,
    name: 'Of a template',
    environment: 'test',
  }),
  'keys.create': () => ({
    applicationId: subjects.application.id,
    name: 'K',
    environment: 'live',
    expiresAt: null,
  }),
  'keys.import': () => ({
    applicationId: subjects.application.id,
    environment: 'live',
    scopeIds: [],
    format: 'plain',
    text: 'k3J9sQ0aZx8LmN2vB7cT5yRw',
  }),
  'keys.update': async () => ({ keyId: (await newKey()).keyId, note: 'Once' }),
  'keys.rotate': async () => ({ keyId: (await newKey()).keyId, overlapMs: HOUR_MS }),
  'keys.endOverlap': async () => ({ keyId: await rotatedKeyId() }),
  'keys.extendOverlap': async () => ({ keyId: await rotatedKeyId(), endsAt: world.nowMs() + 2 * HOUR_MS }),
  'keys.updateOverlap': async () => ({ keyId: await rotatedKeyId(), idleEndMs: HOUR_MS }),
  'keys.undoRotation': async () => ({ keyId: await rotatedKeyId() }),
  'keys.suspend': async () => ({ keyId: (await newKey()).keyId, reason: 'Looks odd' }),
  'keys.resume': async () => {
    const { keyId } = await newKey();
    await world.call('keys.suspend', { keyId, reason: 'Looks odd' });
    return { keyId };
  },
  'keys.bulk': async () => ({
    keyIds: [(await newKey()).keyId],
    action: { kind: 'suspend', reason: 'Looks odd' },
  }),
  'keys.revoke': async () => ({ keyId: (await newKey()).keyId, reason: 'replaced' }),
  'keys.restore': async () => {
    const { keyId } = await newKey();
    await world.call('keys.revoke', { keyId, reason: 'replaced' });
    return { keyId };
  },
  // Nothing listens there: the run ends with its first request.
  'gateways.test': () => ({ serviceId: subjects.service.id, url: 'http://127.0.0.1:9' }),
  'selfTest.run': () => ({}),
  'settings.update': () => ({ helpContact: 'help@acme.example' }),
  'ports.change': () => ({ adminPort: 17_421 }),
  'ports.keep': () => ({}),
  'ports.goBack': () => ({}),
  'tokens.create': () => ({ name: 'CI', role: 'owner' }),
  'tokens.revoke': async () => {
    await world.call('tokens.create', { name: 'Stays', role: 'owner' });
    const { adminToken } = await world.call('tokens.create', { name: 'CI', role: 'viewer' });
    return { tokenId: adminToken.id };
  },
  'sessions.end': () => ({ sessionId: 'ses_1' }),
  'peppers.rotate': () => ({}),
  'peppers.drop': async () => {
    // Nothing is kept under the second one.
    await world.call('peppers.rotate', {});
    await world.call('peppers.rotate', {});
    return { version: 2 };
  },
  'sessions.createPairingLink': () => ({ role: 'viewer' }),
  'jobs.cancel': () => ({ jobId: startEndless() }),
  'requests.startExport': () => ({ format: 'csv' }),
  'views.save': () => ({ screen: 'keys', name: 'Mine', search: 'tag=a' }),
  'enrolment.createToken': async () => ({
    keyId: (await makeKey(world, subjects, { name: 'Parent' })).key.keyId,
    name: 'Builds',
    childLifeMsMax: 3_600_000,
    expiresAt: world.nowMs() + 86_400_000,
  }),
  'tokenExchange.update': () => ({ serviceId: subjects.service.id, isOn: true }),
  'tokenExchange.rotateKey': async () => {
    await world.call('tokenExchange.update', { serviceId: subjects.service.id, isOn: true });
    return { isCompromised: true };
  },
  'enrolment.revokeToken': async () => {
    const { key } = await makeKey(world, subjects, { name: 'Other parent' });
    const expiresAt = world.nowMs() + 86_400_000;
    const input = { keyId: key.keyId, name: 'Builds', childLifeMsMax: 3_600_000, expiresAt };
    const { enrolmentToken } = await world.call('enrolment.createToken', input);
    return { enrolmentTokenId: enrolmentToken.id };
  },
  'views.delete': async () => {
    const view = await world.call('views.save', { screen: 'keys', name: 'Gone', search: '' });
    return { viewId: view.id };
  },
  'handoffs.create': async () => {
    await openAddress();
    return { ...(await givenSecret()), channel: 'link' };
  },
  'handoffs.blindIssue': async () => {
    await openAddress();
    const templateId = (await newTemplate('To issue')).id;
    const { application } = subjects;
    return { templateId, applicationId: application.id, name: 'B', environment: 'live', ...RECIPIENT };
  },
  'handoffs.createSealed': async () => ({ ...(await givenSecret()), seal: 'page', withPassport: false }),
  'handoffs.issueSealed': async () => {
    const templateId = (await newTemplate('To seal')).id;
    const { application } = subjects;
    const key = { templateId, applicationId: application.id, name: 'C', environment: 'live' } as const;
    return { ...key, ...RECIPIENT, seal: 'page', withPassport: false };
  },
  'handoffs.withdraw': async () => ({ handoffId: await newHandoffId() }),
  'handoffs.withdrawAndRotate': async () => ({ handoffId: await newHandoffId() }),
  'handoffs.resend': async () => ({ handoffId: await newHandoffId() }),
  'leaks.record': async () => ({ keyId: (await newKey()).keyId }),
  'leaks.notify': async () => ({ leakId: await newLeak() }),
  'leaks.close': async () => {
    const leakId = await newLeak();
    const { keyId } = await world.call('leaks.get', { leakId });
    await world.call('keys.revoke', { keyId, reason: 'leaked' });
    return { leakId, note: 'Over' };
  },
  'blockedSources.add': async () => ({ networks: ['203.0.113.9'], reason: 'Guesses keys' }),
  'blockedSources.remove': async () => {
    const added = await world.call('blockedSources.add', {
      networks: ['203.0.113.9'],
      reason: 'Guesses keys',
    });
    return { blockedSourceId: must(added.items[0], 'it was added').id };
  },
  'hygiene.dismissSharing': () => newShared(),
  'hygiene.reviewSharing': async () => {
    const { keyId, reason } = await newShared();
    await world.call('hygiene.dismissSharing', { keyId, reason });
    return { keyId };
  },
  'keys.split': async () => splitOf((await newKey()).keyId),
  'keys.undoSplit': async () => {
    const { keyId } = await newKey();
    await world.call('keys.split', splitOf(keyId));
    return { keyId };
  },
  'leaks.replace': async () => ({ leakId: await newLeak(), recipientName: 'Dana' }),
  'rotations.setHandoff': async () => ({
    owner: { kind: 'key', keyId: (await makeKey(world, subjects)).key.keyId },
    consent: { isOn: true, overlapMs: HOUR_MS, linkMs: 24 * HOUR_MS, triesMax: 2 },
  }),
  'handoffs.issueLine': async () => {
    await newTemplate('Feed');
    await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
    return {
      ...{ team: 'Bolt', application: 'Shop', contact: 'dev@bolt.example', template: 'Feed' },
      ...{ environment: 'test', keyName: 'Shop', tier: 'external', delivery: 'link' },
    };
  },
  'handoffs.takeCode': async () => {
    const { key } = await makeKey(world, subjects);
    await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
    const { handoff, code } = await world.call('handoffs.create', {
      ...{
        keyId: key.keyId,
        source: { kind: 'rotated', overlapMs: 0 },
        channel: 'link',
        recipientName: 'Dana',
      },
    });
    holdCode(world.systemContext(), handoff.id, must(code, 'a link has words'));
    return { handoffId: handoff.id };
  },
  'handoffs.settle': async () => {
    const handoffId = await newHandoffId();
    const stored = must(world.db.handoffs.get(handoffId), 'it was just made');
    world.db.handoffs.update({ ...stored, attention: 'unused' });
    return { handoffId };
  },
  'accessRequests.approve': async () => {
    await openAddress();
    const accessRequestId = ask(world).id;
    const { application, scope } = subjects;
    const key = { name: 'Asked for', environment: 'test', scopeIds: [scope.id], expiresAt: null } as const;
    const grantee = { kind: 'application', applicationId: application.id } as const;
    return { accessRequestId, grantee, key, delivery: { kind: 'link' }, ...RECIPIENT };
  },
  'accessRequests.raise': async () => ({
    accessRequestId: ask(world, { key: (await newKey()).keyId }).id,
    rateLimit: { limit: 100, windowMs: 1_000 },
    quota: null,
  }),
  'accessRequests.reject': () => ({ accessRequestIds: [ask(world).id], reason: 'Not now' }),
  'accessRequests.ask': () => ({ accessRequestId: ask(world).id, question: 'Which shops?' }),
  'accessRequests.merge': () => ({ accessRequestId: ask(world).id, intoId: ask(world).id }),
  'accessRequests.unmerge': async () => {
    const accessRequestId = ask(world).id;
    await world.call('accessRequests.merge', { accessRequestId, intoId: ask(world).id });
    return { accessRequestId };
  },
  'accessRequests.makeCode': () => ({ accessRequestId: ask(world).id }),
  'accessRequests.confirmContact': () => ({ accessRequestId: ask(world).id, reason: 'By phone' }),
  'accessRequests.updateSettings': () => ({ terms: 'Share no key.' }),
  'notices.createWebhook': () => ({ name: 'Pager', url: 'https://hooks.example.com/a', kinds: [] }),
  'notices.updateWebhook': async () => ({ webhookId: await newWebhook(), isOn: false }),
  'notices.rotateWebhookSecret': async () => ({ webhookId: await newWebhook() }),
  'notices.deleteWebhook': async () => ({ webhookId: await newWebhook() }),
  'notices.updateMail': () => MAIL,
  'notices.updateDesktop': () => ({ isOn: false, kinds: [] }),
  'notices.test': async () => ({ channel: 'webhook', webhookId: await newWebhook() }),
  'notices.mailContact': async () => {
    await world.call('notices.updateMail', {
      ...{ isOn: true, host: 'localhost', port: 9, security: 'none', user: '', from: 'keys@us.example' },
      ...{ to: [], kinds: [], contactKinds: [] },
    });
    const { id: applicationId } = subjects.application;
    return { applicationId, kind: 'key_note', subject: 'Your key', text: 'Hello.' };
  },
  'notices.replay': async () => {
    const { id } = await world.call('notices.test', { channel: 'webhook', webhookId: await newWebhook() });
    // As if it had told of something.
    world.db.handle.exec(`UPDATE notice_deliveries SET kind = 'storage' WHERE id = '${id}'`);
    return { deliveryId: id };
  },
  'backups.create': () => ({}),
  'backups.restore': () => ({ backupId: backup.id }),
};

/** Nobody listens there. */
const newWebhook = async () => {
  const input = { name: 'Nobody', url: 'http://127.0.0.1:9/', kinds: [] };
  return (await world.call('notices.createWebhook', input)).webhook.id;
};

const MAIL = {
  ...{ isOn: true, host: 'localhost', port: 25, user: '', from: 'keys@us.example' },
  ...{ security: 'none' as const, to: [], kinds: [], contactKinds: [] },
};

const otherPartnerId = async () =>
  (await world.call('partners.create', { name: 'Bolt', tier: 'external', contactEmail: 'a@bolt.example' }))
    .id;

const RECIPIENT = { recipientName: 'Dana of Acme' };

const openAddress = () => world.call('settings.update', { publicUrl: 'https://keys.acme.example' });

async function givenSecret() {
  const { key, text } = await makeKey(world, subjects);
  return { keyId: key.keyId, source: { kind: 'given', secret: text }, ...RECIPIENT } as const;
}

async function newHandoffId() {
  await openAddress();
  const { handoff } = await world.call('handoffs.create', { ...(await givenSecret()), channel: 'link' });
  return handoff.id;
}

const names = Object.keys(contract).filter(isProcedureName);
const commands = names.filter((name): name is CommandName => contract[name].kind === 'command');
const queries = names.filter((name) => contract[name].kind === 'query');
const auditTotal = async () => (await world.call('audit.list', {})).total;
const newKey = async (): Promise<Key> => (await makeKey(world, subjects)).key;

/** A job that stops when it is cancelled. */
function startEndless(): JobId {
  const { jobId } = jobs.start({
    kind: 'replay',
    title: 'Replay',
    unit: 'requests',
    startedBy: { kind: 'token', id: 'tok_of_owner', name: 'The owner' },
    work: ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      }),
  });
  return jobId;
}

async function newLeak() {
  await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
  return (await world.call('leaks.record', { keyId: (await newKey()).keyId })).id;
}

async function rotatedKeyId() {
  const { keyId } = await newKey();
  await world.call('keys.rotate', { keyId, overlapMs: HOUR_MS });
  return keyId;
}

/** The table loses which input belongs to which name: here is where both are one. */
const send = (name: ProcedureName, input: object, idempotencyKey = KEY): Promise<unknown> =>
  world.call(name, { ...input, idempotencyKey } as never);

function withheld(name: CommandName, reply: unknown): unknown {
  const { shownOnce }: Procedure = contract[name];
  return { ...Object(reply), ...Object.fromEntries(shownOnce.map((field) => [field, null])) };
}

function splitOf(keyId: KeyId): CallInput<'keys.split'> {
  const parts = ['Web', 'Worker'].map((name) => ({ name, rules: null }));
  return { keyId, parts, endsAt: timestampMs.parse(world.nowMs() + 14 * 24 * HOUR_MS) };
}

/** Events of a command that changes several subjects, or says when it began and when it ended; the others leave one. */
const MORE_EVENTS: Partial<Record<CommandName, number>> = {
  'gateways.test': 2,
  'applications.split': 2,
  'partners.import': 2,
  'templates.apply': 2,
  'handoffs.blindIssue': 2,
  'handoffs.issueSealed': 2,
  'handoffs.withdrawAndRotate': 2,
  'handoffs.resend': 3,
  'leaks.replace': 3,
  'keys.split': 4,
  'keys.undoSplit': 4,
  'accessRequests.approve': 4,
  'accessRequests.raise': 2,
  'handoffs.issueLine': 5,
};
const eventsOf = (name: CommandName): number => MORE_EVENTS[name] ?? 1;

describe.each(commands)('%s', (name) => {
  it('is refused with a malformed idempotencyKey; done twice with a good one is done once, answers its first reply, shows no secret again and keeps none in the store', async () => {
    const input = await COMMANDS[name]();
    const before = await auditTotal();
    for (const bad of ['short', 'with space 1', 'x'.repeat(65), 12_345_678, {}]) {
      expect(await world.refusal(name, { ...input, idempotencyKey: bad })).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path: 'idempotencyKey' }],
      });
    }
    expect(await auditTotal()).toBe(before);
    const announced = world.announcements.length;
    const first = await send(name, input);
    expect(await send(name, input)).toEqual(withheld(name, first));
    expect(await auditTotal()).toBe(before + eventsOf(name));
    const subjects = world.announcements.slice(announced).flatMap((one) => one.subjects);
    expect(subjects).toContain('audit');
    expectSecretsDeclared(name, first);
  });

  it('sent twice at the same moment is done once', async () => {
    const input = await COMMANDS[name]();
    const before = await auditTotal();
    const [first, second] = await Promise.all([send(name, input), send(name, input)]);
    expect(second).toEqual(withheld(name, first));
    expect(await auditTotal()).toBe(before + eventsOf(name));
  });
});

/** Every secret in the reply is declared as one, and the store has none of them. */
function expectSecretsDeclared(name: CommandName, reply: unknown): void {
  expect(JSON.stringify(withheld(name, reply))).not.toMatch(/lk[a-z]?_\w{40,}|#code=/);
  const { shownOnce }: Procedure = contract[name];
  const image = world.db.handle.serialize().toString('latin1');
  for (const field of shownOnce) {
    // What this way of delivering does not have is null.
    const shown: unknown = Reflect.get(Object(reply), field) ?? 'lk_never_';
    const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
    expect(image).not.toContain(text);
  }
}

describe('an idempotencyKey', () => {
  const partner = { name: 'Bolt', tier: 'external', contactEmail: 'a@bolt.example' };

  it('used with another input is refused, whatever the order of its fields was', async () => {
    const first = await send('partners.create', partner);
    expect(
      await world.refusal('partners.create', { ...partner, name: 'Other', idempotencyKey: KEY }),
    ).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'idempotencyKey' }] });
    const reordered = { contactEmail: partner.contactEmail, tier: partner.tier, name: ' Bolt ' };
    expect(await send('partners.create', reordered)).toEqual(first);
  });

  it('belongs to one actor and one procedure', async () => {
    await send('partners.create', partner);
    const again = { ...partner, idempotencyKey: KEY };
    expect(await world.refusal('partners.create', again, 'admin')).toMatchObject({ code: 'NAME_TAKEN' });
    await send('plans.create', { name: 'Small' });
  });

  it('is forgotten after 24 h', async () => {
    await send('services.rotateToken', { serviceId: subjects.service.id });
    world.advance(24 * HOUR_MS - 1);
    expect(await send('services.rotateToken', { serviceId: subjects.service.id })).toMatchObject({
      token: null,
    });
    world.advance(1);
    const anew = await send('services.rotateToken', { serviceId: subjects.service.id });
    expect(anew).not.toMatchObject({ token: null });
    world.advance(24 * HOUR_MS);
    world.db.commandRepeats.forgetOld(world.nowMs());
    const rows = world.db.handle.prepare('SELECT count(*) AS count FROM command_repeats').get();
    expect(rows).toEqual({ count: 0 });
  });

  it('of a command that was refused is free again', async () => {
    const taken = { ...partner, name: 'Acme', idempotencyKey: KEY };
    expect(await world.refusal('partners.create', taken)).toMatchObject({ code: 'NAME_TAKEN' });
    expect(await send('partners.create', partner)).toMatchObject({ name: 'Bolt' });
  });

  it('of two at the same moment with different input lets one through', async () => {
    const replies = await Promise.allSettled([
      send('partners.create', partner),
      send('partners.create', { ...partner, name: 'Other' }),
    ]);
    expect(replies.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await world.call('partners.list', {})).items).toHaveLength(2);
  });

  it('answers the first reply although the subject has changed since', async () => {
    const input = { partnerId: subjects.partner.id, note: 'First' };
    const first = await send('partners.update', input);
    await send('partners.update', { ...input, note: 'Second' }, 'command-5678');
    expect(await send('partners.update', input)).toEqual(first);
    expect((await world.call('partners.get', { partnerId: subjects.partner.id })).note).toBe('Second');
  });

  it('that is null counts as absent', async () => {
    const input = { applicationId: subjects.application.id, name: 'K', environment: 'live', expiresAt: null };
    for (const name of ['A', 'B']) {
      await world.call('keys.create', { ...input, name, idempotencyKey: null } as never);
    }
    expect((await world.call('keys.list', {})).total).toBe(2);
  });

  it.each(queries)('is no field of %s', async (name) => {
    const { fields } = await world.refusal(name, { idempotencyKey: KEY });
    expect(fields?.map(({ path }) => path)).toContain('idempotencyKey');
  });
});
