import type { GatewayTestInput, GatewayTestResult } from '#contract/gateways.ts';
import { keyId, timestampMs } from '#contract/ids.ts';
import type { ApplicationId, KeyId } from '#contract/ids.ts';
import { createKeyInput } from '#contract/key-policy.ts';
import type { Service } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { formatKey, KEY_ID_CHARACTERS, SECRET_CHARACTERS } from '#main/domain/key-format.ts';
import { createKey } from '#main/keys/create-key.ts';
import { revokeKey } from '#main/keys/revoke-key.ts';
import { suspendKey } from '#main/keys/suspend-key.ts';
import { createApplication } from '#main/partners/create-application.ts';
import { createPartner } from '#main/partners/create-partner.ts';
import { must } from '#main/platform/must.ts';
import { randomBytes } from '#main/platform/random.ts';

/** Texts of the keys that a run presents. They live as long as the run. */
export interface TestKeys {
  readonly good: string;
  readonly goodKeyId: KeyId;
  readonly expired: string;
  readonly revoked: string;
  readonly suspended: string;
  readonly outOfScope: string;
  readonly limited: string;
  /** Well formed, of nobody. */
  readonly unknown: string;
  readonly malformed: string;
  /** All that were made, to be revoked at the end. */
  readonly keyIds: readonly KeyId[];
}

const PARTNER_NAME = 'Gateway tests';
const APPLICATION_NAME = 'Gateway test';
/** Should this program stop before it can revoke them. */
const KEY_LIFE_MS = 5 * 60_000;

/** Makes the keys of one run, under a partner of their own, in one transaction with one audit event. */
export function makeTestKeys(context: UseCaseContext, service: Service, input: GatewayTestInput): TestKeys {
  const made: TestKeys[] = [];
  context.command(() => {
    const keys = mintKeys(partOf(context), input);
    made.push(keys);
    const { url, method, path } = input;
    return {
      value: unfinished(context),
      audit: {
        action: 'gateways.test',
        subject: { kind: 'service', id: service.id, name: service.name },
        after: { url, method, path, keyIds: keys.keyIds },
      },
      changed: ['keys', 'applications', 'partners'],
    };
  });
  return must(made[0], 'a command that was committed has done its work');
}

/** Revokes what makeTestKeys made; what an operator revoked meanwhile stays as it is. One audit event. */
export function revokeTestKeys(context: UseCaseContext, service: Service, keyIds: readonly KeyId[]): void {
  context.command(() => {
    const live = keyIds.filter((id) => context.db.keys.get(id)?.revokedAtMs === null);
    for (const id of live) {
      revokeKey(partOf(context), {
        keyId: id,
        reason: 'no_longer_needed',
        note: 'The gateway test is over.',
        message: null,
      });
    }
    return {
      value: unfinished(context),
      audit: {
        action: 'gateways.test',
        subject: { kind: 'service', id: service.id, name: service.name },
        after: { revokedKeyIds: live },
      },
      changed: ['keys', 'applications', 'partners'],
    };
  });
}

/** What a repeat of the call answers when this run is cut off. The value of a command is kept for repeats of it: no key may be in it. */
function unfinished(context: UseCaseContext): GatewayTestResult {
  const notes = ['The test was stopped before its end. Run it again.'];
  return { startedAt: context.nowMs, durationMs: 0, isOk: false, rows: [], notes };
}

/** Use cases inside one command: their work is part of its transaction, and its audit event speaks for all of them. */
function partOf(context: UseCaseContext): UseCaseContext {
  return { ...context, command: (work) => work().value };
}

function mintKeys(context: UseCaseContext, input: GatewayTestInput): TestKeys {
  const { id: applicationId, slug } = findApplication(context);
  const allow = [{ effect: 'allow', methods: [input.method], path: input.path }];
  const mint = (name: string, changes: Readonly<Record<string, unknown>> = {}) => {
    const { key, secret } = createKey(
      context,
      createKeyInput.parse({
        applicationId,
        name,
        environment: 'test',
        rules: allow,
        expiresAt: context.nowMs + KEY_LIFE_MS,
        tags: ['gateway-test'],
        ...changes,
      }),
    );
    return { keyId: key.keyId, text: must(secret, 'a new key comes with its secret') };
  };
  const good = mint('Gateway test: good');
  // Over before the first request can be on its way.
  const expired = mint('Gateway test: expired', { expiresAt: timestampMs.parse(context.nowMs + 1) });
  const revoked = mint('Gateway test: revoked');
  const suspended = mint('Gateway test: suspended');
  const outOfScope = mint('Gateway test: out of scope', {
    rules: [{ effect: 'allow', methods: ['GET'], path: '/.latchkey-gateway-test' }],
  });
  const limited = mint('Gateway test: limited', { rateLimit: { limit: 1, windowMs: 60_000 } });
  revokeKey(context, { keyId: revoked.keyId, reason: 'no_longer_needed', note: null, message: null });
  suspendKey(context, { keyId: suspended.keyId, reason: 'Part of a gateway test', message: null });
  return {
    good: good.text,
    goodKeyId: good.keyId,
    expired: expired.text,
    revoked: revoked.text,
    suspended: suspended.text,
    outOfScope: outOfScope.text,
    limited: limited.text,
    unknown: formatKey({
      environment: 'test',
      slug,
      keyId: keyId.parse(randomBase62(KEY_ID_CHARACTERS, randomBytes)),
      secret43: randomBase62(SECRET_CHARACTERS, randomBytes),
    }),
    malformed: 'lk_test_this-is-not-a-key',
    keyIds: [good, expired, revoked, suspended, outOfScope, limited].map((made) => made.keyId),
  };
}

/** The application that test keys belong to, made at the first run. */
function findApplication(context: UseCaseContext): { readonly id: ApplicationId; readonly slug: string } {
  const { applications, partners } = context.db;
  const contactEmail = 'gateway-tests@localhost.invalid';
  const note = 'Made by the gateway test for its short-lived keys.';
  const partnerId =
    partners.findByName(PARTNER_NAME) ??
    createPartner(context, {
      name: PARTNER_NAME,
      tier: 'first_party',
      contactName: null,
      contactEmail,
      note,
      recipientKey: null,
    }).id;
  const existing = applications.findByName(partnerId, APPLICATION_NAME);
  if (existing !== null) {
    return must(applications.get(existing), 'an application that was found by its name is there');
  }
  const slug = applications.findBySlug('gatewaytest') === null ? 'gatewaytest' : spareSlug();
  return createApplication(context, {
    partnerId,
    name: APPLICATION_NAME,
    slug,
    contactEmail,
    note,
    externalId: null,
  });
}

function spareSlug(): string {
  return `gatewaytest${Array.from(randomBytes(8), (byte) => (byte % 36).toString(36)).join('')}`;
}
