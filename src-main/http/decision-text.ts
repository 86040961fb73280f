import type { ValidDecision, VerifyResponse } from '#contract/verify.ts';

/** JSON of a decision, the same as JSON.stringify makes of it. One that lets a request pass, which nearly all do, is put together by hand
 *  in a third of the time: its fields are known, and most of its texts need no escape. */
export function decisionText(decision: VerifyResponse): string {
  return decision.valid && decision.trace === undefined ? validText(decision) : JSON.stringify(decision);
}

/** Ids, slugs, environments and codes hold nothing that JSON would escape; whatever people or callers wrote is looked at. */
function validText(decision: ValidDecision): string {
  const { requestId, application, partner, rateLimit, rateLimits, quota, rotation, warnings } = decision;
  return `{"valid":true,"code":"VALID","status":200,"requestId":"${requestId}","key":${keyText(decision.key)},"application":{"id":"${application.id}","name":${quoted(application.name)},"slug":"${application.slug}"},"partner":{"id":"${partner.id}","name":${quoted(partner.name)},"tier":${quoted(partner.tier)}},"rateLimit":${rateLimit === null ? 'null' : rateText(rateLimit)},"rateLimits":${listText(rateLimits)},"quota":${quota === null ? 'null' : JSON.stringify(quota)},"rotation":${rotation === null ? 'null' : JSON.stringify(rotation)},"warnings":${listText(warnings)},"latencyUs":${decision.latencyUs}}`;
}

function keyText(key: ValidDecision['key']): string {
  const { keyId, name, environment, secretVersion, scopes, expiresAt, graceEndsAt, meta, externalId } = key;
  const grace = graceEndsAt === undefined ? '' : `,"graceEndsAt":${graceEndsAt}`;
  return `{"keyId":"${keyId}","name":${quoted(name)},"environment":"${environment}","secretVersion":${secretVersion},"scopes":${namesText(scopes)},"expiresAt":${expiresAt ?? 'null'}${grace},"meta":${recordText(meta)},"externalId":${externalId === null ? 'null' : quoted(externalId)}}`;
}

function rateText({ limit, remaining, resetMs, windowMs }: NonNullable<ValidDecision['rateLimit']>): string {
  return `{"limit":${limit},"remaining":${remaining},"resetMs":${resetMs},"windowMs":${windowMs}}`;
}

function namesText(names: readonly string[]): string {
  let text = '';
  for (const name of names) text += text === '' ? quoted(name) : `,${quoted(name)}`;
  return `[${text}]`;
}

function listText(list: readonly unknown[]): string {
  return list.length === 0 ? '[]' : JSON.stringify(list);
}

function recordText(record: Readonly<Record<string, unknown>>): string {
  return Object.keys(record).length === 0 ? '{}' : JSON.stringify(record);
}

/** Printable ASCII without quotes and backslashes. */
const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return NEEDS_NO_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text);
}
