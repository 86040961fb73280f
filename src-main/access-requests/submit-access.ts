import { OPEN_REQUESTS_MAX, type WantedEndpoint } from '#contract/access-requests.ts';
import type { AccessSettings } from '#contract/access-settings.ts';
import { accessRequestId, timestampMs } from '#contract/ids.ts';
import type { Template } from '#contract/templates.ts';
import { DAY_MS } from '#contract/usage.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { policyOf } from '#main/domain/policy-drift.ts';
import { joinOutcomes } from '#main/handoffs/handoff-step.ts';
import { publicAddress } from '#main/handoffs/public-address.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { readAccessSettings } from './access-settings.ts';
import type { AccessRequestHashes, StoredAccessRequest } from '#main/sqlite/access-request-queries.ts';
import { freeSlug } from '#main/partners/free-slug.ts';
import { grantedAccess, type Grant } from './grant-access.ts';
import { countCovered } from './judge-endpoints.ts';
import type { Ask } from './read-ask.ts';

/** Requests that are kept, decided ones too: some 20 MB at most. */
const KEPT_MAX = 2_000;
/** Partner of keys that nobody approved. A stranger's word makes nobody a part of a partner that we know. */
const SELF_SERVICE = 'Self-service';

/** A request with where it came from and under what it is found again. */
export interface Submission extends AccessRequestHashes {
  readonly ask: Ask;
  readonly address: string | null;
  readonly termsVersion: number | null;
}

/** What came of it. Link and code of a key that nobody had to approve are told this once. */
export type Submitted =
  | { readonly kind: 'full' }
  | {
      readonly kind: 'taken';
      readonly granted: { readonly link: string; readonly code: string } | null;
    };

/** Keeps a request; a form that was sent before is no new one. Approves it at once where the rule of the settings says so. */
export function submitAccess(context: UseCaseContext, submission: Submission): Submitted {
  const { accessRequests } = context.db;
  if (accessRequests.findByForm(submission.formHash) !== null) return { kind: 'taken', granted: null };
  if (accessRequests.countUndecided() >= OPEN_REQUESTS_MAX) return { kind: 'full' };
  const request = storedRequest(context, submission);
  const grant = automaticGrant(context, request);
  if (grant !== null) {
    try {
      return context.command(() => insertGranted(context, submission, request, grant));
    } catch (error) {
      // What a rule cannot do waits for a person.
      if (!(error instanceof AppError)) throw error;
    }
  }
  return context.command(() => inserted(context, submission, request));
}

function storedRequest(
  context: UseCaseContext,
  { ask, address, termsVersion }: Submission,
): StoredAccessRequest {
  return {
    ...ask,
    id: accessRequestId.parse(`acr_${randomBase62(16, randomBytes)}`),
    reference: makeReference(),
    state: 'open',
    createdAtMs: context.nowMs,
    termsVersion,
    address,
    contactConfirmedAtMs: null,
    contactCodeHash: null,
    contactTries: 0,
    decidedAtMs: null,
    decidedBy: null,
    isAutomatic: 0,
    answer: '',
    grantedKeyId: null,
    questionHash: null,
    mergedInto: null,
  };
}

/** Letters and digits that nobody mixes up when they are read out. */
const READABLE = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const REFERENCE_CHARACTERS = 8;

/** `7QK2-M9XD`: 39 bits, and a unique column behind them. */
function makeReference(): string {
  let text = '';
  while (text.length < REFERENCE_CHARACTERS) {
    const [byte = 255] = randomBytes(1);
    if (byte < 240) text += READABLE.charAt(byte % READABLE.length);
  }
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

function inserted(
  context: UseCaseContext,
  { statusHash, formHash }: Submission,
  request: StoredAccessRequest,
): CommandOutcome<Submitted> {
  const { accessRequests } = context.db;
  accessRequests.insert({ ...request, statusHash, formHash });
  accessRequests.deleteOldestDecided(KEPT_MAX);
  const { application, team, contactEmail, environment, requestsPerDay, address, termsVersion } = request;
  return {
    value: { kind: 'taken', granted: null },
    audit: {
      action: 'accessRequests.submit',
      subject: { kind: 'access_request', id: request.id, name: application },
      after: {
        ...{ team, contactEmail, environment, requestsPerDay, address, termsVersion },
        reference: request.reference,
        endpoints: request.endpoints.length,
        ...(request.product === null ? {} : { product: `${request.product.name}, ${request.product.tier}` }),
      },
    },
    changed: ['accessRequests'],
  };
}

function insertGranted(
  context: UseCaseContext,
  submission: Submission,
  request: StoredAccessRequest,
  grant: Grant,
): CommandOutcome<Submitted> {
  const first = inserted(context, submission, request);
  const { outcome } = grantedAccess(context, request, grant);
  const { link, code } = outcome.value;
  const granted = link === null || code === null ? null : { link, code };
  return joinOutcomes([first], { ...outcome, value: { kind: 'taken', granted } });
}

/** What the rule of the settings gives for a request; null where a person decides: outside of the budget, for a live key, for more
 *  than the template allows, and where no link would lead to the key. */
function automaticGrant(context: UseCaseContext, request: StoredAccessRequest): Grant | null {
  const settings = readAccessSettings(context);
  const { automatic } = settings;
  const template = automatic.templateId === null ? null : context.db.templates.get(automatic.templateId);
  if (!automatic.isOn || template === null) return null;
  const isSmall =
    request.environment === 'test' &&
    request.keyId === null &&
    request.requestsPerDay <= automatic.requestsPerDayMax &&
    isOfDomain(request.contactEmail, automatic.mailDomains) &&
    context.db.accessRequests.countAutomatic(context.nowMs - DAY_MS) < automatic.perDayMax;
  if (!isSmall || !isAllowedBy(context, request.endpoints, template)) return null;
  // Of products only what the rule gives anyhow.
  if (request.product !== null && request.product.templateId !== template.id) return null;
  if (publicAddress(readSettings(context.db).publicUrl).kind !== 'open') return null;
  return grantOf(context, request, settings, template);
}

function grantOf(
  context: UseCaseContext,
  request: StoredAccessRequest,
  { trial }: AccessSettings,
  template: Template,
): Grant {
  const partner = context.db.partners.findByName(SELF_SERVICE);
  const name = `${request.application.slice(0, 50)} ${request.reference}`;
  const slug = freeSlug(context, request.application);
  return {
    grantee:
      partner === null
        ? { kind: 'new_partner', partnerName: SELF_SERVICE, tier: 'external', name, slug }
        : { kind: 'new_application', partnerId: partner, name, slug },
    key: {
      ...policyOf(template),
      rateLimit: trial.rateLimit,
      rateLimits: [],
      quota: trial.quota,
      planId: null,
      templateId: template.id,
      name: request.application,
      environment: 'test',
      expiresAt: timestampMs.parse(context.nowMs + trial.days * DAY_MS),
      noExpiryReason: null,
      signedBy: null,
      tags: template.tags,
      note: `Trial, asked for by ${request.reference}.`,
      meta: {},
      externalId: null,
    },
    channel: 'link',
    recipientName: request.team,
    recipientContact: request.contactEmail,
    message: '',
    note: '',
    expiresInMs: DAY_MS,
    onExpiry: 'withdraw_secret',
    answer: '',
    rule: `template ${template.id}`,
  };
}

function isOfDomain(contact: string, domains: readonly string[]): boolean {
  const domain = contact.slice(contact.lastIndexOf('@') + 1).toLowerCase();
  return domains.length === 0 || domains.includes(domain);
}

function isAllowedBy(
  context: UseCaseContext,
  endpoints: readonly WantedEndpoint[],
  { scopeIds, rules }: Template,
): boolean {
  return countCovered(context, endpoints, { scopeIds, rules }) === endpoints.length;
}
