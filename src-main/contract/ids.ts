import { z } from 'zod';

/** Milliseconds since 1970-01-01 UTC, integer. The only representation of a moment in this product. */
export const timestampMs = z.int().min(0).max(8_640_000_000_000_000).brand<'TimestampMs'>();
export type TimestampMs = z.infer<typeof timestampMs>;

/** Public, stable identity of a key: 12 base62 characters. Survives rotation. */
export const keyId = z
  .string()
  .regex(/^[0-9A-Za-z]{12}$/, 'A key id has 12 letters and digits.')
  .brand<'KeyId'>();
export type KeyId = z.infer<typeof keyId>;

const prefixed = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9A-Za-z]{16}$`), `Expected an id that starts with ${prefix}_.`);

export const partnerId = prefixed('par').brand<'PartnerId'>();
export type PartnerId = z.infer<typeof partnerId>;
export const applicationId = prefixed('app').brand<'ApplicationId'>();
export type ApplicationId = z.infer<typeof applicationId>;
export const serviceId = prefixed('svc').brand<'ServiceId'>();
export type ServiceId = z.infer<typeof serviceId>;
export const endpointId = prefixed('end').brand<'EndpointId'>();
export type EndpointId = z.infer<typeof endpointId>;
export const scopeId = prefixed('scp').brand<'ScopeId'>();
export type ScopeId = z.infer<typeof scopeId>;
export const planId = prefixed('pln').brand<'PlanId'>();
export type PlanId = z.infer<typeof planId>;
export const templateId = prefixed('tpl').brand<'TemplateId'>();
export type TemplateId = z.infer<typeof templateId>;
export const productId = prefixed('prd').brand<'ProductId'>();
export type ProductId = z.infer<typeof productId>;
export const tokenId = prefixed('tok').brand<'TokenId'>();
export type TokenId = z.infer<typeof tokenId>;
export const jobId = prefixed('job').brand<'JobId'>();
export type JobId = z.infer<typeof jobId>;
export const handoffId = prefixed('hnd').brand<'HandoffId'>();
export type HandoffId = z.infer<typeof handoffId>;
export const accessRequestId = prefixed('acr').brand<'AccessRequestId'>();
export type AccessRequestId = z.infer<typeof accessRequestId>;
export const leakId = prefixed('lek').brand<'LeakId'>();
export type LeakId = z.infer<typeof leakId>;
export const blockedSourceId = prefixed('bls').brand<'BlockedSourceId'>();
export type BlockedSourceId = z.infer<typeof blockedSourceId>;
export const viewId = prefixed('viw').brand<'ViewId'>();
export type ViewId = z.infer<typeof viewId>;
export const webhookId = prefixed('whk').brand<'WebhookId'>();
export type WebhookId = z.infer<typeof webhookId>;
export const noticeId = prefixed('ntc').brand<'NoticeId'>();
export type NoticeId = z.infer<typeof noticeId>;
export const deliveryId = prefixed('dlv').brand<'DeliveryId'>();
export type DeliveryId = z.infer<typeof deliveryId>;
export const backupId = z
  .string()
  .regex(/^backup-[0-9]{8}T[0-9]{9}Z$/)
  .brand<'BackupId'>();
export type BackupId = z.infer<typeof backupId>;

/** `req_` and base62 when we make it; a caller's own may use any of these characters. */
const REQUEST_ID = /^[A-Za-z0-9_.:-]{1,64}$/;
export const requestId = z
  .string()
  .regex(REQUEST_ID, 'A request id has 1 to 64 letters, digits or . _ : -')
  .brand<'RequestId'>();
export type RequestId = z.infer<typeof requestId>;
/** The same without the schema around it, for the path of every verification. */
export const isRequestId = (text: string): text is RequestId => REQUEST_ID.test(text);

/** Where a page of a list ended. Opaque to callers; belongs to one filter and sort. */
export const cursor = z.string().min(1).max(512);

/** How many rows a page may have; what is above `max` counts as `max`. */
export const pageLimit = (max: number) =>
  z
    .int()
    .min(1)
    .transform((limit) => Math.min(limit, max))
    .default(100);

/** Repeating a command with the same key (same procedure, same actor, 24 h) does not do it twice. */
export const idempotencyKey = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{8,64}$/, 'An idempotencyKey has 8 to 64 letters, digits or . _ : -');
