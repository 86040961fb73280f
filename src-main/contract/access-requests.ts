import { z } from 'zod';
import {
  accessRequestId,
  applicationId,
  keyId,
  partnerId,
  productId,
  scopeId,
  serviceId,
  templateId,
  timestampMs,
} from './ids.ts';
import { environment } from './key-policy.ts';
import { keyStatus } from './keys.ts';
import { METHODS } from './http-methods.ts';
import { template } from './templates.ts';

/** How far an access request is. `asked`: it waits for the applicant's answer. `merged`: another request says the same. */
export const ACCESS_REQUEST_STATES = ['open', 'asked', 'approved', 'rejected', 'merged'] as const;
const accessRequestState = z.enum(ACCESS_REQUEST_STATES);
export type AccessRequestState = z.infer<typeof accessRequestState>;

/** Undecided requests at the same time; further ones are turned away, so that strangers cannot fill the store. */
export const OPEN_REQUESTS_MAX = 200;
/** Questions to one applicant. */
export const QUESTIONS_MAX = 5;
/** Endpoints that one request can name. */
export const WANTED_ENDPOINTS_MAX = 30;
/** A request that waits longer is marked. */
export const STALE_REQUEST_MS = 3 * 86_400_000;
/** Up to so many requests a day nobody has to say what for. */
export const PURPOSE_FREE_PER_DAY = 1_000;
export const REQUESTS_PER_DAY_MAX = 100_000_000;
/** Wrong codes after which a confirmation code is worth nothing; a new one can be made. */
export const CONTACT_TRIES_MAX = 5;

/** An endpoint that somebody wants to call. */
export const wantedEndpoint = z
  .object({
    serviceId: serviceId.nullable(),
    /** As it was called then; empty where the service is not known. */
    serviceName: z.string(),
    method: z.enum(METHODS),
    path: z.string(),
    /** Came with the signed link of a refusal: exactly this was refused here. */
    isRefused: z.boolean(),
  })
  .readonly();
export type WantedEndpoint = z.infer<typeof wantedEndpoint>;

/** The product that somebody asks for, and how much of it. Names as they were then; each may be gone since. */
export const askedProduct = z
  .object({ productId, name: z.string(), serviceId, templateId, tier: z.string() })
  .readonly();
export type AskedProduct = z.infer<typeof askedProduct>;

/** One request as it is listed. */
export const accessRequest = z
  .object({
    id: accessRequestId,
    /** Short and readable, for talking about it. */
    reference: z.string(),
    state: accessRequestState,
    createdAt: timestampMs,
    /** Texts of a stranger, from here to `endpoints`. */
    application: z.string(),
    team: z.string(),
    contactEmail: z.string(),
    purpose: z.string(),
    repository: z.string(),
    environment,
    requestsPerDay: z.int(),
    /** Set when it is about more for a key that is there, as far as such a key is known. */
    keyId: keyId.nullable(),
    /** Beside the product; may be empty with one. */
    endpoints: z.array(wantedEndpoint).readonly(),
    /** Set when it came by the page of a product. */
    product: askedProduct.nullable(),
    /** Version of the terms that were accepted; null: there were none. */
    termsVersion: z.int().nullable(),
    /** Where it came from. */
    address: z.string().nullable(),
    contactConfirmedAt: timestampMs.nullable(),
    /** A confirmation code was made and can still be entered. */
    isCodeWaiting: z.boolean(),
    decidedAt: timestampMs.nullable(),
    decidedBy: z.string().nullable(),
    /** Approved by the rule of the settings, by nobody. */
    isAutomatic: z.boolean(),
    /** What the applicant reads: why not, or what to know. */
    answer: z.string(),
    /** The key that came of it. */
    grantedKeyId: keyId.nullable(),
    /** When the applicant answered the newest question; null: there is none, or it waits. */
    answeredAt: timestampMs.nullable(),
    /** The one that says the same; null also when it is not kept any more. */
    mergedInto: z.object({ id: accessRequestId, reference: z.string() }).readonly().nullable(),
    /** Open for longer than STALE_REQUEST_MS. */
    isStale: z.boolean(),
    /** Other requests of the same application, contact or endpoints. */
    similarCount: z.int(),
  })
  .readonly();
export type AccessRequest = z.infer<typeof accessRequest>;

/** Why two requests may be the same. */
const SAME_THINGS = ['application', 'contact', 'endpoints'] as const;

const similarRequest = z
  .object({
    id: accessRequestId,
    reference: z.string(),
    application: z.string(),
    contactEmail: z.string(),
    state: accessRequestState,
    createdAt: timestampMs,
    same: z.array(z.enum(SAME_THINGS)).readonly(),
  })
  .readonly();

const accessMessage = z
  .object({
    /** Who asked; null: the applicant answers. */
    author: z.string().nullable(),
    text: z.string(),
    at: timestampMs,
  })
  .readonly();

const existingKey = z
  .object({
    keyId,
    name: z.string(),
    environment,
    status: keyStatus,
    applicationId,
    applicationName: z.string(),
    partnerName: z.string(),
    lastUsedAt: timestampMs.nullable(),
    /** How many of the wanted endpoints it may call already. */
    coveredCount: z.int(),
  })
  .readonly();

const judgedEndpoint = wantedEndpoint
  .unwrap()
  .extend({
    isInCatalogue: z.boolean(),
    /** Scopes that allow it. */
    scopes: z.array(z.object({ id: scopeId, name: z.string() }).readonly()).readonly(),
  })
  .readonly();

export const accessRequestDetail = accessRequest
  .unwrap()
  .extend({
    judged: z.array(judgedEndpoint).readonly(),
    /** The fewest scopes that allow all that scopes can. */
    suggestedScopeIds: z.array(scopeId).readonly(),
    /** The template of the tier that was asked for, as it is now; null: none, or one that may not be used any more. */
    tierTemplate: template.nullable(),
    similar: z.array(similarRequest).readonly(),
    /** Questions and answers, oldest first. */
    thread: z.array(accessMessage).readonly(),
    /** Requests that say the same and point here: their applicants read what comes of this one. */
    merged: z
      .array(
        z
          .object({
            id: accessRequestId,
            reference: z.string(),
            application: z.string(),
            contactEmail: z.string(),
          })
          .readonly(),
      )
      .readonly(),
    existingKeys: z.array(existingKey).readonly(),
    /** Applications of this name or contact. */
    applications: z
      .array(
        z
          .object({
            id: applicationId,
            name: z.string(),
            partnerId,
            partnerName: z.string(),
            hasSameContact: z.boolean(),
          })
          .readonly(),
      )
      .readonly(),
    /** A slug that is free, made of the application's name. */
    suggestedSlug: z.string(),
  })
  .readonly();
export type AccessRequestDetail = z.infer<typeof accessRequestDetail>;

export const accessRequestFilter = z.strictObject({
  state: accessRequestState.optional(),
  /** Part of application, team, contact or reference; case-insensitive. */
  text: z.string().max(200).optional(),
});
export type AccessRequestFilter = z.infer<typeof accessRequestFilter>;
