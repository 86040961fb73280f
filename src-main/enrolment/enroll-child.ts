import { CHILD_FIELDS, type EnrollRequest, type EnrollResponse } from '#contract/enrolment.ts';
import { keyId, timestampMs, type KeyId, type TimestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { KEY_ID_CHARACTERS } from '#main/domain/key-format.ts';
import { longestLifeMs } from '#main/keys/check-lifetime.ts';
import { loadKey, viewKey, type LoadedKey } from '#main/keys/key-view.ts';
import { mintSecret } from '#main/keys/mint-secret.ts';
import { must } from '#main/platform/must.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { EnrolmentFields, StoredEnrolmentToken } from '#main/sqlite/stored-enrolment.ts';
import { childName, childTags } from './child-names.ts';

/** What became of a wish for a child. `closed` = the parent does not work; `full` = as many live as may; `taken` = the request id
 *  has brought a child before; `nameless` = the token wants to know who asks. */
export type EnrollOutcome =
  | { readonly kind: 'made'; readonly answer: EnrollResponse }
  | { readonly kind: 'closed' | 'full' | 'taken' | 'nameless'; readonly detail: string };

/** Makes a child key for the holder of `token`, which must be live; its secret is in this answer and nowhere else. The child holds
 *  at most what the parent holds, and follows it: see createChildKeyQueries. */
export function enrollChild(
  context: UseCaseContext,
  token: StoredEnrolmentToken,
  request: EnrollRequest,
): EnrollOutcome {
  const parent = loadKey(context, token.parentId);
  const obstacle = obstacleTo(context, token, { request, parent: viewKey(context, parent) });
  if (obstacle !== null) return obstacle;
  const fields = fieldsOf(request);
  const longestMs = longestLifeMs(context, parent.key.applicationId) ?? Infinity;
  const endsAtMs = endOf(context, token, { ...request, longestMs });
  const id = keyId.parse(randomBase62(KEY_ID_CHARACTERS, randomBytes));
  const name = childName(parent.key.name, fields);
  const answer = context.command(() => {
    storeChild(context, { token, parent, id, name, fields, endsAtMs, request });
    const secret = mintSecret(context, {
      keyId: id,
      environment: parent.key.environment,
      slug: parent.key.applicationSlug,
      version: 1,
    });
    const key = viewKey(context, loadKey(context, id));
    return {
      value: answerOf(key, secret, parent),
      audit: {
        action: 'keys.enroll',
        subject: { kind: 'key', id, name },
        after: {
          ...{ parentId: token.parentId, enrolmentToken: token.id, tags: key.tags },
          ...{ scopeIds: key.scopeIds, expiresAt: key.expiresAt, hint: key.hint },
          ...contactOf(fields),
        },
      },
      changed: ['keys', 'enrolment', 'applications', 'partners', 'scopes', 'plans'],
    };
  });
  return { kind: 'made', answer };
}

function obstacleTo(
  { db, nowMs }: UseCaseContext,
  token: StoredEnrolmentToken,
  { request, parent }: { readonly request: EnrollRequest; readonly parent: Key },
): Exclude<EnrollOutcome, { readonly kind: 'made' }> | null {
  if (parent.status !== 'active' && parent.status !== 'rotating') {
    const detail = `The key that this token belongs to is ${parent.status}. Ask its owner.`;
    return { kind: 'closed', detail };
  }
  if (token.needsContact && (request.contactName === undefined || request.contactEmail === undefined)) {
    const detail = 'This token is for people who say who they are. Send contactName and contactEmail.';
    return { kind: 'nameless', detail };
  }
  if (request.requestId !== undefined && db.enrolment.findRequest(token.id, request.requestId) !== null) {
    const detail =
      'This requestId has brought a key before, and its secret was shown then. Use another requestId for another key.';
    return { kind: 'taken', detail };
  }
  if (db.enrolment.countLive(token, nowMs) >= token.childrenMax) {
    const most = String(token.childrenMax);
    const detail = `${most} keys of this token live already, which is as many as may. Wait until one ends, or ask its owner.`;
    return { kind: 'full', detail };
  }
  return null;
}

function fieldsOf(request: EnrollRequest): EnrolmentFields {
  const [version, commit, build, device, developer] = CHILD_FIELDS.map((field) => request[field] ?? null);
  return {
    version: version ?? null,
    commit: commit ?? null,
    build: build ?? null,
    device: device ?? null,
    developer: developer ?? null,
    contactName: request.contactName ?? '',
    contactEmail: request.contactEmail ?? '',
  };
}

/** What the audit trail keeps of who asked; nothing where that was not told. */
function contactOf({ contactName, contactEmail }: EnrolmentFields): Partial<EnrolmentFields> {
  return {
    ...(contactName === '' ? {} : { contactName }),
    ...(contactEmail === '' ? {} : { contactEmail }),
  };
}

/** Of the child's own life, which the policy of the partner's tier bounds, too. */
function endOf(
  { nowMs }: UseCaseContext,
  { childLifeMsMax }: StoredEnrolmentToken,
  { lifeMs = childLifeMsMax, longestMs }: EnrollRequest & { readonly longestMs: number },
): TimestampMs {
  return timestampMs.parse(nowMs + Math.min(childLifeMsMax, lifeMs, longestMs));
}

function storeChild(
  { db, nowMs }: UseCaseContext,
  child: {
    readonly token: StoredEnrolmentToken;
    readonly parent: LoadedKey;
    readonly id: KeyId;
    readonly name: string;
    readonly fields: EnrolmentFields;
    readonly endsAtMs: TimestampMs;
    readonly request: EnrollRequest;
  },
): void {
  const { token, parent, id, name, fields, endsAtMs, request } = child;
  const columns = {
    ...parent.key,
    ...{ id, name, tags: childTags(fields), note: '', templateId: null, rotateEveryMs: null },
    expiresAtMs: endsAtMs,
    expiryGraceMs: null,
    noExpiryReason: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  db.keys.insert(columns);
  const requestId = request.requestId ?? null;
  db.enrolment.addChild({ ...fields, keyId: id, token, requestId, name, endsAtMs, createdAtMs: nowMs });
  // Written once more as a child: now it follows its parent.
  db.keys.update(columns);
  db.keys.setScopes(id, []);
}

function answerOf(key: Key, secret: string, parent: LoadedKey): EnrollResponse {
  const { keyId: id, name, environment, scopeNames, tags } = key;
  const expiresAt = must(key.expiresAt, 'a child has an end');
  return {
    key: { keyId: id, name, environment, scopes: scopeNames, expiresAt, tags },
    secret,
    parent: { keyId: parent.key.id, name: parent.key.name },
    isRepeat: false,
  };
}
