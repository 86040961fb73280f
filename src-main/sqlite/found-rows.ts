import type { ApplicationId, KeyId, PartnerId, ServiceId } from '#contract/ids.ts';
import type { RequestRow } from '#contract/requests.ts';
import { requestIdOf } from './request-id-column.ts';
import { codeOfNumber } from './requests-codes.ts';
import { atMsOfRow } from './requests-row-id.ts';

/** A row of a search as SQLite gives it. */
export interface FoundRow {
  readonly id: number;
  readonly storedId: Buffer | string | null;
  readonly code: number;
  readonly latencyUs: number;
  readonly cost: number;
  readonly responseStatus: number | null;
  readonly durationUs: number | null;
  readonly bytes: number | null;
  readonly clientIp: string | null;
  readonly path: string | null;
  readonly keyId: KeyId | null;
  readonly keyName: string | null;
  readonly environment: 'live' | 'test' | null;
  readonly secretVersion: number | null;
  readonly applicationId: ApplicationId | null;
  readonly application: string | null;
  readonly partnerId: PartnerId | null;
  readonly partner: string | null;
  readonly serviceId: ServiceId;
  readonly service: string;
  readonly method: string | null;
  readonly userAgent: string | null;
  readonly rule: string | null;
  readonly detail: string | null;
  readonly tags: string | null;
  readonly errorCode: string | null;
}

/** The same row as people are shown it. */
export function toRow(found: FoundRow): RequestRow {
  const { id, storedId, code, durationUs, tags, secretVersion, ...same } = found;
  return {
    ...same,
    requestId: requestIdOf(storedId, id),
    at: atMsOfRow(id),
    source: storedId === null ? 'reported' : 'verified',
    secretVersion: secretVersion === 0 ? null : secretVersion,
    code: codeOfNumber(code),
    durationMs: durationUs === null ? null : durationUs / 1_000,
    tags: tags === null ? [] : (JSON.parse(tags) as string[]),
  };
}
