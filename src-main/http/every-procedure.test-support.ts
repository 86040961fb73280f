import { z } from 'zod';
import type { CallInput, ProcedureName } from '#contract/contract.ts';
import type { ErrorCode, Reply } from '#contract/errors.ts';
import { accessRequestId, keyId, leakId, timestampMs } from '#contract/ids.ts';

/** Earlier results, by the name a call gave them. */
type Known = (path: string) => unknown;

/** One call of the script: what to send, under which name to keep the answer, and what must come back. */
export interface ScriptedCall {
  readonly name: string;
  readonly input: (known: Known) => unknown;
  readonly keepAs?: string;
  readonly expects: 'ok' | ErrorCode;
}

function call<Name extends ProcedureName>(
  name: Name,
  input: CallInput<Name> | ((known: Known) => unknown),
  more: { readonly keepAs?: string; readonly expects?: ErrorCode } = {},
): ScriptedCall {
  const { keepAs, expects = 'ok' } = more;
  const makeInput = typeof input === 'function' ? input : () => input;
  return { name, input: makeInput, expects, ...(keepAs === undefined ? {} : { keepAs }) };
}

/** A request that nobody sent. */
const NOBODY = { accessRequestId: accessRequestId.parse('acr_0000000000000000') };
const HOUR_MS = 3_600_000;
const rule = { effect: 'allow', methods: ['GET'], path: '/inventory/**' } as const;
const keyOf = (name: string) => (known: Known) => ({ keyId: known(`${name}.key.keyId`) });
const handoffOf = (name: string) => (known: Known) => ({ handoffId: known(`${name}.handoff.id`) });
const hookOf = (known: Known) => ({ webhookId: known('hook.webhook.id') });
const newKey = (name: string) => (known: Known) => ({
  applicationId: known('application.id'),
  name,
  environment: 'live',
  scopeIds: [known('scope.id')],
  planId: known('plan.id'),
  expiresAt: null,
  noExpiryReason: 'For the test',
});

const CATALOGUE: readonly ScriptedCall[] = [
  call('system.whoami', {}),
  call('system.status', {}),
  // What it answers is of one house: its own test reads that.
  call('system.diagnostics', () => ({ hasAddresses: 'yes' }), { expects: 'INVALID_INPUT' }),
  // Its figures are never twice the same: its own test reads them.
  call('selfTest.run', () => ({ only: 'limits' }), { expects: 'INVALID_INPUT' }),
  call('selfTest.last', {}),
  call(
    'partners.create',
    { name: 'Acme', tier: 'external', contactEmail: 'dev@acme.example' },
    { keepAs: 'partner' },
  ),
  call(
    'partners.create',
    { name: 'Acme', tier: 'external', contactEmail: 'dev@acme.example' },
    { expects: 'NAME_TAKEN' },
  ),
  call('partners.create', { name: '', tier: 'X', contactEmail: 'no' }, { expects: 'INVALID_INPUT' }),
  call('partners.list', {}),
  call('partners.get', (known) => ({ partnerId: known('partner.id') })),
  call('owners.update', (known) => ({
    owner: { kind: 'partner', partnerId: known('partner.id') },
    contacts: [{ role: 'owner', name: 'Jo', email: 'jo@acme.example' }],
    networks: ['10.0.0.0/8'],
  })),
  call('owners.get', (known) => ({ owner: { kind: 'partner', partnerId: known('partner.id') } })),
  call('partners.update', (known) => ({ partnerId: known('partner.id'), note: 'Ärger → ok' })),
  call(
    'applications.create',
    (known) => ({
      partnerId: known('partner.id'),
      name: 'Data feed',
      slug: 'datafeed',
      contactEmail: 'feed@acme.example',
    }),
    { keepAs: 'application' },
  ),
  call('applications.list', {}),
  call(
    'applications.transfer',
    (known) => ({ applicationId: known('application.id'), partnerId: known('partner.id') }),
    { expects: 'WRONG_STATUS' },
  ),
  call('applications.get', (known) => ({ applicationId: known('application.id') })),
  call('applications.update', (known) => ({ applicationId: known('application.id'), externalId: 'A-1' })),
  call('services.create', { name: 'Trade', slug: 'trade' }, { keepAs: 'service' }),
  call('services.list', {}),
  call('services.get', (known) => ({ serviceId: known('service.service.id') })),
  call('services.update', (known) => ({
    serviceId: known('service.service.id'),
    baseUrl: 'http://127.0.0.1:9/',
  })),
  call(
    'services.tryVerification',
    { serviceToken: 'lks_none', key: 'lk_none', method: 'GET', path: '/' },
    { expects: 'INVALID_INPUT' },
  ),
  call('services.rotateToken', (known) => ({ serviceId: known('service.service.id') })),
  call('endpoints.preview', (known) => ({
    serviceId: known('service.service.id'),
    lines: 'GET /inventory/{id}',
  })),
  call('endpoints.import', (known) => ({
    serviceId: known('service.service.id'),
    lines: 'GET /inventory/{id}\nnonsense',
  })),
  call('endpoints.import', (known) => ({
    serviceId: known('service.service.id'),
    openapi: {
      openapi: '3.1.0',
      info: { title: 'T', version: '1' },
      paths: { '/offers': { post: { tags: ['Offers'] } } },
    },
  })),
  call(
    'endpoints.add',
    (known) => ({ serviceId: known('service.service.id'), method: 'DELETE', path: '/offers/{id}' }),
    {
      keepAs: 'endpoint',
    },
  ),
  call('endpoints.users', (known) => ({ endpointId: known('endpoint.id') })),
  call('endpoints.usage', (known) => ({ serviceId: known('service.service.id') })),
  call('endpoints.observed', (known) => ({ serviceId: known('service.service.id') })),
  call('endpoints.addObserved', (known) => ({
    serviceId: known('service.service.id'),
    endpoints: [{ method: 'GET', path: '/seen/{id}' }],
  })),
  call('endpoints.list', {}),
  call('endpoints.delete', (known) => ({ endpointId: known('endpoint.id') })),
  call(
    'scopes.create',
    (known) => ({ serviceId: known('service.service.id'), name: 'inventory:read', rules: [rule] }),
    {
      keepAs: 'scope',
    },
  ),
  call('scopes.list', {}),
  call('scopes.update', (known) => ({ scopeId: known('scope.id'), description: 'Reads' })),
  call('plans.create', { name: 'Small', rateLimit: { limit: 600, windowMs: 60_000 } }, { keepAs: 'plan' }),
  call('plans.list', {}),
  call('plans.update', (known) => ({ planId: known('plan.id'), quota: { limit: 1_000, period: 'month' } })),
  call(
    'templates.create',
    (known) => ({ name: 'Feed', scopeIds: [known('scope.id')], planId: known('plan.id'), expiresInMs: null }),
    { keepAs: 'template' },
  ),
  call('templates.create', { name: 'Feed', expiresInMs: 1 }, { expects: 'INVALID_INPUT' }),
  call('samples.get', {}),
  call('samples.delete', {}, { expects: 'WRONG_STATUS' }),
  call('templates.list', {}),
  call('templates.get', { templateId: 'tpl_0000000000000000' }, { expects: 'TEMPLATE_NOT_FOUND' }),
  call('templates.update', (known) => ({ templateId: known('template.id'), tags: ['feed'] })),
];

const KEYS: readonly ScriptedCall[] = [
  call('keys.create', newKey('Live feed'), { keepAs: 'key' }),
  call('keys.create', newKey('Second feed'), { keepAs: 'other' }),
  call(
    'keys.transfer',
    (known) => ({ keyIds: [known('key.key.keyId')], applicationId: known('application.id') }),
    { expects: 'WRONG_STATUS' },
  ),
  call(
    'applications.split',
    (known) => ({
      applicationId: known('application.id'),
      name: 'Half',
      slug: 'datafeed',
      contactEmail: 'half@acme.example',
      keyIds: [known('key.key.keyId')],
    }),
    { expects: 'SLUG_TAKEN' },
  ),
  call('keys.create', (known) => ({ ...newKey('x')(known), idempotencyKey: 'short' }), {
    expects: 'INVALID_INPUT',
  }),
  call('keys.list', { filter: { text: 'feed' }, sort: '-name', limit: 1 }),
  call('keys.get', keyOf('key')),
  call('keys.update', (known) => ({
    ...keyOf('key')(known),
    tags: ['team=search'],
    meta: { plan: 'gold', n: 1, on: true },
  })),
  call('templates.apply', (known) => ({
    templateId: known('template.id'),
    keyIds: [known('other.key.keyId')],
    fields: ['scopeIds'],
  })),
  call('templates.keys', (known) => ({ templateId: known('template.id') })),
  call('templates.drift', (known) => ({ templateId: known('template.id') })),
  call('templates.applied', (known) => ({ templateId: known('template.id') })),
  call(
    'templates.applyToMany',
    { templateId: 'tpl_0000000000000000', keys: { kind: 'all' } },
    { expects: 'TEMPLATE_NOT_FOUND' },
  ),
  call('templates.undoApply', { jobId: 'job_0000000000000000' }, { expects: 'JOB_NOT_FOUND' }),
  call('keys.find', () => ({ text: 'second' })),
  call('keys.createFromTemplate', (known) => ({
    templateId: known('template.id'),
    applicationId: known('application.id'),
    name: 'From a template',
    environment: 'test',
  })),
  call(
    'products.create',
    (known) => ({
      serviceId: known('service.service.id'),
      name: 'Inventory',
      slug: 'inventory',
      tiers: [{ templateId: known('template.id'), name: 'Starter' }],
    }),
    { keepAs: 'product' },
  ),
  call('products.update', (known) => ({ productId: known('product.id'), description: 'What is in stock.' })),
  call('products.publish', (known) => ({ productId: known('product.id') })),
  call('products.list', {}),
  call('products.get', (known) => ({ productId: known('product.id') })),
  call('products.unpublish', (known) => ({ productId: known('product.id') })),
  call('products.delete', (known) => ({ productId: known('product.id') })),
  call('templates.delete', (known) => ({ templateId: known('template.id') })),
  call('keys.identify', (known) => ({ text: `seen in a log: ${String(known('key.secret'))}.` })),
  call('keys.import', (known) => ({
    applicationId: known('application.id'),
    environment: 'live',
    scopeIds: [known('scope.id')],
    format: 'plain',
    text: 'Old feed,k3J9sQ0aZx8LmN2vB7cT5yRw\nweak,1234567890123',
    dryRun: true,
  })),
  call(
    'keys.import',
    (known) => ({
      applicationId: known('application.id'),
      environment: 'live',
      scopeIds: [],
      format: 'aws-csv',
      text: 'a,b',
    }),
    { expects: 'IMPORT_UNREADABLE' },
  ),
  call('keys.simulate', (known) => ({ ...keyOf('key')(known), method: 'POST', path: '/offers' })),
  call('keys.rotate', (known) => ({ ...keyOf('key')(known), overlapMs: 24 * HOUR_MS })),
  call('keys.rotate', (known) => ({ ...keyOf('key')(known), overlapMs: 0 }), {
    expects: 'ROTATION_IN_PROGRESS',
  }),
  call('usage.bySecret', keyOf('key')),
  call('usage.rotation', keyOf('key')),
  call('usage.health', { range: 'day' }),
  call('usage.spikes', { environment: 'live' }),
  call('keys.revocations', {}),
  call('keys.enforcement', keyOf('key')),
  call('keys.limits', keyOf('key')),
  call('usage.forecast', keyOf('key')),
  call('passport.get', keyOf('key')),
  call('applications.papers', (known) => ({ applicationId: known('application.id') })),
  call('keys.rotationsDue', { before: timestampMs.parse(1) }),
  call('keys.updateOverlap', (known) => ({ ...keyOf('key')(known), idleEndMs: 6 * HOUR_MS })),
  call('keys.undoRotation', { keyId: keyId.parse('000000000000') }, { expects: 'KEY_NOT_FOUND' }),
  call('keys.extendOverlap', (known) => ({
    ...keyOf('key')(known),
    endsAt: Number(known('key.key.createdAt')) + 48 * HOUR_MS,
  })),
  call('keys.endOverlap', keyOf('key')),
  call('keys.endOverlap', keyOf('key'), { expects: 'NO_ROTATION_IN_PROGRESS' }),
  call('keys.suspend', (known) => ({ ...keyOf('key')(known), reason: 'Looks odd' })),
  call('keys.resume', keyOf('key')),
  call('keys.resume', keyOf('key'), { expects: 'WRONG_STATUS' }),
  call('keys.revoke', (known) => ({ ...keyOf('other')(known), reason: 'no_longer_needed' })),
  call('keys.restore', keyOf('other')),
  call('hygiene.board', { environment: 'live' }),
  call('hygiene.people', {}),
  call('reports.month', {}),
  call('hygiene.callers', (known) => ({ keyIds: [known('key.key.keyId')] })),
  call('hygiene.sharing', (known) => ({ keyId: known('key.key.keyId') })),
  call('hygiene.dismissSharing', (known) => ({ keyId: known('key.key.keyId'), reason: 'One' }), {
    expects: 'WRONG_STATUS',
  }),
  call('hygiene.reviewSharing', (known) => ({ keyId: known('key.key.keyId') }), { expects: 'WRONG_STATUS' }),
  call(
    'keys.split',
    {
      keyId: keyId.parse('zzzzzzzzzzzz'),
      parts: [
        { name: 'One', rules: null },
        { name: 'Two', rules: null },
      ],
      endsAt: timestampMs.parse(9e12),
    },
    { expects: 'KEY_NOT_FOUND' },
  ),
  call('keys.undoSplit', (known) => ({ keyId: known('key.key.keyId') }), { expects: 'WRONG_STATUS' }),
  call('keys.tightestLimits', (known) => ({ keyIds: [known('key.key.keyId'), 'k7Qd2mX9pR4t'] })),
  call('keys.identifyHashes', (known) => ({
    hashes: ['0'.repeat(64)],
    keyIds: [known('key.key.keyId')],
  })),
  call('keys.export', (known) => ({ keyIds: [known('key.key.keyId')], format: 'csv' })),
  call('keys.bulk', (known) => ({
    keyIds: [known('key.key.keyId'), known('other.key.keyId')],
    action: { kind: 'tag', add: ['bulk'], remove: [] },
  })),
  call('keys.get', () => ({ keyId: 'k7Qd2mX9pR4t' }), { expects: 'KEY_NOT_FOUND' }),
  call('scopes.delete', (known) => ({ scopeId: known('scope.id') }), { expects: 'SCOPE_IN_USE' }),
  call('partners.delete', (known) => ({ partnerId: known('partner.id') }), { expects: 'HAS_KEYS' }),
  call('applications.delete', (known) => ({ applicationId: known('application.id') }), {
    expects: 'HAS_KEYS',
  }),
  call('partners.import', { text: 'Name;Contact e-mail\nÄrger GmbH;a@b.example\nNobody;\n' }),
  call('partners.digest', (known) => ({ partnerId: known('partner.id') })),
  call('partners.setDigest', (known) => ({
    partnerId: known('partner.id'),
    time: { weekday: 1, hour: 9, timeZone: 'Europe/Berlin' },
  })),
  call('partners.digestSchedule', (known) => ({ partnerId: known('partner.id') })),
  call('partners.import', { text: 'Colour\nred\n' }, { expects: 'IMPORT_UNREADABLE' }),
];

const REST: readonly ScriptedCall[] = [
  call('gateways.config', (known) => ({
    dialect: 'nginx',
    serviceId: known('service.service.id'),
    upstreamUrl: 'http://10.0.0.5:8080',
    publicHost: 'api.example.com',
    latchkeyUrl: 'http://10.0.0.6:7420',
  })),
  call('gateways.test', () => ({ serviceId: 'svc_0000000000000000', url: 'http://127.0.0.1:9' }), {
    expects: 'SERVICE_NOT_FOUND',
  }),
  call('requests.list', {}),
  call('requests.get', () => ({ requestId: 'req_none' }), { expects: 'REQUEST_NOT_FOUND' }),
  call('requests.export', { format: 'jsonl' }),
  call('requests.startExport', { format: 'md', columns: ['at', 'path'] }),
  call('requests.survey', {}),
  call('requests.tail', {}),
  call('requests.context', () => ({ requestId: 'req_none', of: 'key' }), { expects: 'REQUEST_NOT_FOUND' }),
  call('requests.stopSearch', { searchId: 'search-that-never-was' }),
  call('usage.series', (known) => ({
    from: known('key.key.createdAt'),
    to: Number(known('key.key.createdAt')) + HOUR_MS,
    bucketMs: 60_000,
  })),
  call('usage.series', () => ({ from: 0, to: 400 * 24 * HOUR_MS, bucketMs: 60_000 }), {
    expects: 'RANGE_TOO_LARGE',
  }),
  call('usage.summary', (known) => ({ from: 0, to: Number(known('key.key.createdAt')) + HOUR_MS })),
  call('notices.list', { limit: 5 }),
  call('notices.list', { cursor: 'no' }, { expects: 'INVALID_INPUT' }),
  call('usage.byKey', (known) => ({ keyIds: [known('key.key.keyId')] })),
  call('settings.get', {}),
  call('settings.update', { helpContact: 'api-team@example.com' }),
  call('ports.get', {}),
  call('ports.test', () => ({ port: 0 }), { expects: 'INVALID_INPUT' }),
  call('ports.change', { servicePort: 17_420, adminPort: 17_420 }, { expects: 'INVALID_INPUT' }),
  call('ports.keep', {}, { expects: 'WRONG_STATUS' }),
  call('ports.goBack', {}, { expects: 'WRONG_STATUS' }),
  call('settings.previewRetention', { requestRetentionDays: 7, requestStoreMbMax: 64 }),
  call('settings.previewPurge', { deadKeyRetentionDays: 30 }),
  call(
    'enrolment.createToken',
    (known) => ({
      ...keyOf('key')(known),
      name: 'Builds',
      childLifeMsMax: HOUR_MS,
      expiresAt: Number(known('key.key.createdAt')) + 24 * HOUR_MS,
    }),
    { keepAs: 'enrolment' },
  ),
  call('enrolment.list', keyOf('key')),
  call('enrolment.children', keyOf('key')),
  call('enrolment.pivot', (known) => ({ ...keyOf('key')(known), from: 0, to: HOUR_MS })),
  call('tokenExchange.rotateKey', {}, { expects: 'WRONG_STATUS' }),
  call('tokenExchange.update', (known) => ({ serviceId: known('service.service.id'), lifeMs: 60_000 })),
  call('tokenExchange.get', (known) => ({ serviceId: known('service.service.id') })),
  call('enrolment.revokeToken', (known) => ({ enrolmentTokenId: known('enrolment.enrolmentToken.id') })),
  call('views.save', { screen: 'keys', name: 'Ending', search: 'status=expiring' }, { keepAs: 'view' }),
  call('views.save', { screen: 'keys', name: 'ending', search: '' }, { expects: 'NAME_TAKEN' }),
  call('views.list', { screen: 'keys' }),
  call('views.delete', (known) => ({ viewId: known('view.id') })),
  call('keys.create', newKey('Handed'), { keepAs: 'handed' }),
  call('templates.create', { name: 'Issued', expiresInMs: 86_400_000 }, { keepAs: 'issued' }),
  call('leaks.match', (known) => ({ hashes: ['ab'.repeat(32)], keyIds: [known('handed.key.keyId')] })),
  call('leaks.match', { hashes: ['no'], keyIds: [] }, { expects: 'INVALID_INPUT' }),
  call('leaks.record', keyOf('handed'), { keepAs: 'leak' }),
  call('leaks.list', {}),
  call('leaks.get', (known) => ({ leakId: known('leak.id') })),
  call('leaks.notify', (known) => ({ leakId: known('leak.id') })),
  call('leaks.close', (known) => ({ leakId: known('leak.id'), note: 'Over' }), { expects: 'WRONG_STATUS' }),
  call(
    'blockedSources.add',
    { networks: ['192.0.2.0/24', '2001:db8:1::/48'], reason: 'Guesses keys' },
    { keepAs: 'blocked' },
  ),
  call('blockedSources.add', { networks: ['0.0.0.0/0'], reason: 'All' }, { expects: 'INVALID_INPUT' }),
  call('blockedSources.list', {}),
  call('blockedSources.preview', { networks: ['198.51.100.7'] }),
  call('blockedSources.remove', (known) => ({ blockedSourceId: known('blocked.items.0.id') })),
  call('blockedSources.remove', (known) => ({ blockedSourceId: known('blocked.items.0.id') }), {
    expects: 'BLOCKED_SOURCE_NOT_FOUND',
  }),
  call('leaks.report', { leakId: leakId.parse('lek_0000000000000000') }, { expects: 'LEAK_NOT_FOUND' }),
  call('leaks.replace', (known) => ({ leakId: known('leak.id'), recipientName: 'Dana' }), {
    expects: 'HANDOFF_CHANNEL_BLOCKED',
  }),
  call('handoffs.channels', {}),
  call(
    'handoffs.create',
    (known) => ({
      ...keyOf('handed')(known),
      source: { kind: 'given', secret: known('handed.secret') },
      channel: 'link',
      recipientName: 'Dana',
    }),
    { expects: 'HANDOFF_CHANNEL_BLOCKED' },
  ),
  call('settings.update', { publicUrl: 'https://keys.acme.example' }),
  call(
    'handoffs.create',
    (known) => ({
      ...keyOf('handed')(known),
      source: { kind: 'given', secret: known('handed.secret') },
      channel: 'link',
      recipientName: 'Dana',
    }),
    { keepAs: 'given' },
  ),
  call('handoffs.resend', handoffOf('given'), { keepAs: 'resent' }),
  call('handoffs.withdraw', handoffOf('resent')),
  call('handoffs.withdraw', handoffOf('resent'), { expects: 'WRONG_STATUS' }),
  call('handoffs.previewList', { text: 'Team,Application\nBolt,Shop\n' }, { expects: 'IMPORT_UNREADABLE' }),
  call(
    'handoffs.issueLine',
    {
      ...{ team: 'Bolt', application: 'Shop', contact: 'dev@bolt.example', template: 'Nothing of this name' },
      ...{ environment: 'test', keyName: 'Shop', tier: 'external', delivery: 'link' },
    },
    { expects: 'TEMPLATE_NOT_FOUND' },
  ),
  call('handoffs.takeCode', handoffOf('resent'), { expects: 'WRONG_STATUS' }),
  call('rotations.handoff', { owner: { kind: 'key', keyId: 'AAAAAAAAAAAA' } }, { expects: 'KEY_NOT_FOUND' }),
  call(
    'rotations.setHandoff',
    { owner: { kind: 'template', templateId: 'tpl_0000000000000000' }, consent: null },
    { expects: 'TEMPLATE_NOT_FOUND' },
  ),
  call('handoffs.settle', handoffOf('resent'), { expects: 'WRONG_STATUS' }),
  call(
    'handoffs.blindIssue',
    (known) => ({
      templateId: known('issued.id'),
      applicationId: known('application.id'),
      name: 'Unseen',
      environment: 'test',
      recipientName: 'Dana',
    }),
    { keepAs: 'blind' },
  ),
  call(
    'handoffs.createSealed',
    (known) => ({
      ...keyOf('handed')(known),
      source: { kind: 'given', secret: known('handed.secret') },
      seal: 'recipient_key',
      recipientName: 'Dana',
    }),
    { expects: 'RECIPIENT_KEY_MISSING' },
  ),
  call(
    'handoffs.issueSealed',
    (known) => ({
      templateId: known('issued.id'),
      applicationId: known('application.id'),
      name: 'Sealed',
      environment: 'test',
      seal: 'recipient_key',
      recipientName: 'Dana',
    }),
    { expects: 'RECIPIENT_KEY_MISSING' },
  ),
  call('handoffs.get', handoffOf('blind')),
  call('handoffs.withdrawAndRotate', handoffOf('blind')),
  call('handoffs.list', {}),
  call('accessRequests.list', () => ({ filter: { state: 'open' }, cursor: 'x' }), {
    expects: 'INVALID_INPUT',
  }),
  call('accessRequests.get', NOBODY, { expects: 'ACCESS_REQUEST_NOT_FOUND' }),
  call('accessRequests.preview', { ...NOBODY, scopeIds: [] }, { expects: 'ACCESS_REQUEST_NOT_FOUND' }),
  call('accessRequests.evidence', NOBODY, { expects: 'ACCESS_REQUEST_NOT_FOUND' }),
  call(
    'accessRequests.approve',
    (known) => ({
      ...NOBODY,
      grantee: { kind: 'application', applicationId: known('application.id') },
      key: { name: 'Asked', environment: 'test', expiresAt: null },
      delivery: { kind: 'link' },
      recipientName: 'Dana',
    }),
    { expects: 'ACCESS_REQUEST_NOT_FOUND' },
  ),
  call(
    'accessRequests.raise',
    { ...NOBODY, rateLimit: null, quota: null },
    { expects: 'ACCESS_REQUEST_NOT_FOUND' },
  ),
  call(
    'accessRequests.reject',
    { accessRequestIds: [NOBODY.accessRequestId], reason: 'No' },
    { expects: 'ACCESS_REQUEST_NOT_FOUND' },
  ),
  call('accessRequests.ask', { ...NOBODY, question: 'Which?' }, { expects: 'ACCESS_REQUEST_NOT_FOUND' }),
  call(
    'accessRequests.merge',
    { ...NOBODY, intoId: 'acr_0000000000000001' },
    { expects: 'ACCESS_REQUEST_NOT_FOUND' },
  ),
  call('accessRequests.unmerge', NOBODY, { expects: 'ACCESS_REQUEST_NOT_FOUND' }),
  call('accessRequests.makeCode', NOBODY, { expects: 'ACCESS_REQUEST_NOT_FOUND' }),
  call(
    'accessRequests.confirmContact',
    { ...NOBODY, reason: 'By phone' },
    { expects: 'ACCESS_REQUEST_NOT_FOUND' },
  ),
  call('accessRequests.updateSettings', { terms: 'Share no key.', isOpen: true }),
  call('accessRequests.settings', {}),
  call(
    'notices.createWebhook',
    { name: 'Pager', url: 'http://127.0.0.1:9/events', kinds: ['key_leaked'] },
    { keepAs: 'hook' },
  ),
  call(
    'notices.createWebhook',
    { name: 'Odd', url: 'http://a.example/', kinds: [] },
    { expects: 'INVALID_INPUT' },
  ),
  call('notices.updateWebhook', (known) => ({ ...hookOf(known), isOn: false })),
  call('notices.rotateWebhookSecret', hookOf),
  call('notices.test', (known) => ({ channel: 'webhook', ...hookOf(known) })),
  call('notices.deliveries', {}),
  call('notices.mailState', {}),
  call(
    'notices.mailContact',
    { applicationId: 'app_0000000000000000', kind: 'key_note', subject: 'Hello', text: 'Hello.' },
    { expects: 'APPLICATION_NOT_FOUND' },
  ),
  call('notices.replay', { deliveryId: 'dlv_0000000000000000' }, { expects: 'DELIVERY_NOT_FOUND' }),
  call('notices.updateMail', {
    ...{ isOn: false, host: 'localhost', port: 25, security: 'none', user: '', from: 'keys@us.example' },
    ...{ to: ['ops@us.example'], kinds: ['storage'], contactKinds: [] },
  }),
  call('notices.updateDesktop', { isOn: false, kinds: [] }),
  call('notices.deleteWebhook', hookOf),
  call('notices.setup', {}),
  call('tokens.create', { name: 'Night job', role: 'viewer' }, { keepAs: 'token' }),
  call('tokens.list', {}),
  call('tokens.revoke', (known) => ({ tokenId: known('token.adminToken.id') })),
  // Before the rotation: whoever calls with a token has it kept anew by that.
  call('peppers.status', {}),
  call('peppers.rotate', {}),
  call('peppers.drop', { version: 2 }, { expects: 'WRONG_STATUS' }),
  call('sessions.list', {}),
  call('sessions.createPairingLink', {}),
  call('sessions.end', { sessionId: 'ses_none' }, { expects: 'TOKEN_NOT_FOUND' }),
  call('backups.create', {}, { keepAs: 'backup' }),
  call('backups.list', {}),
  call('backups.restore', (known) => ({ backupId: known('backup.id'), dryRun: true })),
  call('replay.suggest', (known) => ({ ...keyOf('key')(known), days: 7 })),
  call('replay.result', { jobId: 'job_0000000000000000' }, { expects: 'JOB_NOT_FOUND' }),
  call('replay.start', { keyIds: [], days: 7, draft: {} }, { expects: 'INVALID_INPUT' }),
  call('jobs.list', {}),
  call('jobs.cancel', { jobId: 'job_0000000000000000' }, { expects: 'JOB_NOT_FOUND' }),
  call('audit.list', { limit: 500 }),
  call('audit.verify', {}),
  call('audit.export', { format: 'csv' }),
  call('storage.get', {}),
  // Last of these: its job ends when it ends.
  call('storage.compact', {}),
  { name: 'keys.nothing', input: () => ({}), expects: 'UNKNOWN_PROCEDURE' },
  { name: 'constructor', input: () => ({}), expects: 'UNKNOWN_PROCEDURE' },
];

/** Calls every procedure of the contract at least once, in an order that works on a new store, with some of the refusals. */
/** Last: they are thousands of requests. */
const SAMPLES: readonly ScriptedCall[] = [call('samples.create', {}), call('samples.delete', {})];

export const EVERY_PROCEDURE: readonly ScriptedCall[] = [...CATALOGUE, ...KEYS, ...REST, ...SAMPLES];

/** Runs the script through one door; answers the replies in order. */
export async function runScript(
  through: (name: string, input: unknown) => Promise<Reply<unknown>>,
): Promise<readonly Reply<unknown>[]> {
  const kept = new Map<string, unknown>();
  const known: Known = (path) => {
    const [first = '', ...rest] = path.split('.');
    return rest.reduce<unknown>(
      (value, part) => Reflect.get(Object(value), part) as unknown,
      kept.get(first),
    );
  };
  const replies: Reply<unknown>[] = [];
  for (const { name, input, keepAs } of EVERY_PROCEDURE) {
    const reply = await through(name, input(known));
    if (keepAs !== undefined && reply.ok) kept.set(keepAs, reply.data);
    replies.push(reply);
  }
  return replies;
}

/** The replies of a run, made comparable with those of a run on another store: ids, secrets, hashes and measured figures become
 *  what they are instead of which. */
export function comparable(replies: readonly Reply<unknown>[]): readonly unknown[] {
  const run = JSON.stringify(replies);
  const keyIds = [
    ...new Set([...run.matchAll(/"keyId":"([0-9A-Za-z]{12})"/g)].map(([, keyId]) => keyId ?? '')),
  ];
  const text = keyIds
    .reduce((whole, keyId, index) => whole.replaceAll(keyId, `<key ${String(index)}>`), run)
    .replaceAll(
      /\b(par|app|svc|end|enr|scp|pln|prd|tok|req|ses|err|viw|tpl|job|hnd|lek|bls|whk|dlv|ntc)_[0-9A-Za-z]{8,}/g,
      '<$1>',
    )
    .replaceAll(/(lk_(?:live|test)_[a-z0-9]+_<key \d+>_)(?:[0-9A-Za-z]{49}|…[0-9A-Za-z]{4})/g, '$1<secret>')
    .replaceAll(/lk[sae]_(?:[a-z0-9]+_)?(?:[0-9A-Za-z]{49}|…[0-9A-Za-z]{4})/g, '<token>')
    .replaceAll(/lkw_[0-9A-Za-z]{43}/g, '<webhook secret>')
    .replaceAll(/\/h\/[0-9A-Za-z]{43}/g, '/h/<token>')
    .replaceAll(/"code":"(?:[a-z]{3,8}-){5}[a-z]{3,8}"/g, '"code":"<code>"')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>')
    .replaceAll(/#code=[0-9A-Za-z]+/g, '#code=<code>')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d{4,5}/g, '<url>')
    .replaceAll(/\/[^"\\,]*latchkey-door-[^"\\,/]*/g, '<data>')
    // Also within Markdown, where what stands before is escaped.
    .replaceAll(/…[0-9A-Za-z]{4}\b/g, '…<last4>')
    .replaceAll(/"last4":"[0-9A-Za-z]{4}"/g, '"last4":"<last4>"')
    .replaceAll(/"fingerprint":"[0-9a-f]{16}"/g, '"fingerprint":"<fingerprint>"')
    .replaceAll(
      /"(durationUs|sizeBytes|memoryBytes|lagMs|logBytes|logFreeBytes|storeBytes)":[\d.]+/g,
      '"$1":0',
    )
    // Noted after a while: a slow run has some.
    .replaceAll(/"sizes":\[[^\]]*\]/g, '"sizes":[]')
    .replaceAll(/"port":\d{4,5}/g, '"port":0')
    .replaceAll(/"(endedAt)":\d+/g, '"$1":0')
    .replaceAll(/\/api\/exports\/[0-9A-Za-z_-]+/g, '<export>')
    .replaceAll(/"(eventLoopMs)":\{[^}]*\}/g, '"$1":null')
    .replaceAll(/"(latencyBins)":\[[^\]]*\]/g, '"$1":[]')
    .replaceAll(/"nextCursor":"[^"]+"/g, '"nextCursor":"<cursor>"');
  return z.array(z.unknown()).parse(JSON.parse(text));
}
