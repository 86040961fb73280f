import { z } from 'zod';
import { environment } from './key-policy.ts';
import { endpointId, keyId, serviceId, timestampMs } from './ids.ts';
import { command, query } from './procedure.ts';
import { METHODS } from './http-methods.ts';
import { pathPattern } from './scopes.ts';

/** OpenAPI text (JSON or YAML) up to 5 MiB, or an already parsed document. */
const OPENAPI_CHARACTERS_MAX = 5 * 1024 * 1024;
/** Endpoints of one kind that a preview names, and that one import removes; the counts are whole. */
export const CHANGES_NAMED_MAX = 2_000;
/** Keys, and rules, that are named for one endpoint; the counts are whole. */
export const USERS_NAMED_MAX = 10;
/** Templates that are suggested, and added, at once. */
export const OBSERVED_MAX = 200;
/** How far back observed paths are read unless told. */
export const OBSERVED_DAYS = 7;
/** How far back they can be read. */
export const OBSERVED_DAYS_MAX = 30;

const importProblem = z
  .object({
    /** 1-based line of the pasted text; null where the format has no lines. */
    line: z.int().nullable(),
    /** What the problem is about, for example `paths./offers.post`. */
    where: z.string(),
    message: z.string(),
  })
  .readonly();

const counts = {
  added: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  removed: z.int(),
  problems: z.array(importProblem).readonly(),
};

export const importResult = z.object(counts).readonly();
export type ImportResult = z.infer<typeof importResult>;

const endpointName = { method: z.enum(METHODS), path: z.string() };
const described = z.object({ group: z.string(), summary: z.string() }).readonly();

/** Who may call an endpoint. */
export const endpointUsers = {
  /** Keys, not revoked, that have a rule for it. */
  keyCount: z.int(),
  /** Some of them. */
  keys: z
    .array(z.object({ keyId, name: z.string(), environment, application: z.string() }).readonly())
    .readonly(),
  /** Rules of scopes, held or not, and of those keys, for example `allow GET /offers/** (offers:read)`. */
  rules: z.array(z.string()).readonly(),
};

/** An endpoint that the document no longer has, with who may call it. */
const missingEndpoint = z.object({ endpointId, ...endpointName, ...endpointUsers }).readonly();
export type MissingEndpoint = z.infer<typeof missingEndpoint>;

/** What an import would do. `removed` counts what it would remove if it were told to. */
export const importPreview = z
  .object({
    ...counts,
    addedEndpoints: z.array(z.object(endpointName).readonly()).readonly(),
    updatedEndpoints: z
      .array(z.object({ ...endpointName, before: described, after: described }).readonly())
      .readonly(),
    removedEndpoints: z.array(missingEndpoint).readonly(),
    /** false: there are so many keys that not all were looked at. The counts of keys are then at least so many. */
    areKeysWhole: z.boolean(),
  })
  .readonly();
export type ImportPreview = z.infer<typeof importPreview>;

/** A template for paths that were asked for and are not in the catalogue. */
const suggestedEndpoint = z
  .object({
    ...endpointName,
    /** Requests that fit it, and how many of them were allowed. */
    requests: z.int(),
    allowed: z.int(),
    /** Different paths that fit it, and the most frequent of them. */
    pathCount: z.int(),
    examples: z.array(z.string()).readonly(),
    lastAt: timestampMs,
  })
  .readonly();
export type SuggestedEndpoint = z.infer<typeof suggestedEndpoint>;

const openapi = z
  .union([z.string().min(1).max(OPENAPI_CHARACTERS_MAX), z.record(z.string(), z.unknown())])
  .optional();
const lines = z.string().min(1).max(500_000).optional();
const hasOneSource = (input: { readonly openapi?: unknown; readonly lines?: unknown }) =>
  (input.openapi === undefined) !== (input.lines === undefined);
const oneSource = { message: 'Give either openapi or lines.', path: ['openapi'] };

export const endpointImportProcedures = {
  // Exactly one of openapi and lines. endpoints.preview answers what an import would do and changes nothing. `removeEndpointIds` is what
  // a preview showed as removed: of these, what came from a document and is not in this one goes; the rest stays.
  'endpoints.import': command(
    'admin',
    z
      .strictObject({
        serviceId,
        openapi,
        lines,
        removeEndpointIds: z.array(endpointId).max(CHANGES_NAMED_MAX).default([]),
      })
      .refine(hasOneSource, oneSource)
      .refine((input) => input.lines === undefined || input.removeEndpointIds.length === 0, {
        message: 'Lines are a part of a catalogue: only a document can say what is gone.',
        path: ['removeEndpointIds'],
      }),
    importResult,
    ['SERVICE_NOT_FOUND', 'IMPORT_UNREADABLE'],
  ),
  'endpoints.preview': query(
    'viewer',
    z.strictObject({ serviceId, openapi, lines }).refine(hasOneSource, oneSource),
    importPreview,
    ['SERVICE_NOT_FOUND', 'IMPORT_UNREADABLE'],
  ),
  /** Paths of the log's last days that keys of ours asked a service for and that its catalogue does not have, as templates, most requests
   *  first. Answers of the service that say "not found" are left out. */
  'endpoints.observed': query(
    'viewer',
    z.strictObject({ serviceId, days: z.int().min(1).max(OBSERVED_DAYS_MAX).default(OBSERVED_DAYS) }),
    z.object({
      items: z.array(suggestedEndpoint).readonly(),
      /** Requests that were read. */
      rows: z.int(),
      /** They were read back to here. */
      from: timestampMs,
      /** false: there were so many that reading stopped before it reached that many days. */
      isWhole: z.boolean(),
    }),
    ['SERVICE_NOT_FOUND'],
  ),
  /** Merges templates into the catalogue. What is there already stays as it is. */
  'endpoints.addObserved': command(
    'admin',
    z.strictObject({
      serviceId,
      endpoints: z
        .array(z.strictObject({ method: z.enum(METHODS), path: pathPattern }))
        .min(1)
        .max(OBSERVED_MAX)
        .readonly(),
    }),
    z.object({ added: z.int(), unchanged: z.int() }),
    ['SERVICE_NOT_FOUND'],
  ),
} as const;
