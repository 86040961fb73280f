import type { ApplicationId, KeyId, PartnerId, RequestId, ServiceId, TimestampMs } from '#contract/ids.ts';
import { codeOfNumber } from '#main/sqlite/requests-codes.ts';
import type { QuotaUse, WindowUse } from './decision-row.ts';
import type { ByteReader } from './journal-bytes.ts';
import { type JournalRecord, KIND, LABEL, PRINCIPAL, QUOTA } from './journal-records.ts';
import { type LoggedDecision, type ReadPrincipal, ReadText, ReadTexts } from './read-texts.ts';
import type { LostReason, Report } from './requests-messages.ts';

const NO_TAGS: readonly string[] = [];

/** Reads records in the order in which RecordEncoder wrote them, from the start of a segment on. */
export class RecordDecoder {
  readonly #labels: ReadText[] = [];
  readonly #principals: ReadPrincipal[] = [];
  readonly #texts: ReadTexts;
  #lastAtMs = 0;

  /** `texts` may be shared by decoders, one after the other. */
  constructor(texts = new ReadTexts()) {
    this.#texts = texts;
  }

  /** The next record. Throws RangeError for bytes that RecordEncoder does not write. */
  next(from: ByteReader): JournalRecord {
    switch (from.number()) {
      case KIND.decision:
        return { kind: 'decision', decision: this.#decision(from) };
      case KIND.report:
        return { kind: 'report', number: from.number(), report: JSON.parse(from.text()) as Report };
      case KIND.lost:
        return { kind: 'lost', lost: { reason: from.text() as LostReason, count: from.number() } };
      default:
        throw unreadable();
    }
  }

  /** Fields in the order of the encoder; an object literal evaluates them in its own. */
  #decision(from: ByteReader): LoggedDecision {
    this.#lastAtMs += from.signed();
    return {
      atMs: this.#lastAtMs as TimestampMs,
      requestId: from.text() as RequestId,
      principal: this.#principal(from),
      serviceId: (this.#label(from)?.text ?? '') as ServiceId,
      service: this.#label(from)?.text ?? '',
      code: codeOfNumber(from.number()),
      latencyUs: from.number() / 10,
      cost: from.number(),
      method: this.#label(from),
      userAgent: this.#label(from),
      rule: this.#label(from),
      detail: this.#label(from),
      clientIp: this.#textOrNull(from),
      path: this.#textOrNull(from),
      tags: readTags(from),
      quota: readQuota(from),
      windows: readWindows(from),
    };
  }

  #principal(from: ByteReader): ReadPrincipal | null {
    const number = from.number();
    if (number === PRINCIPAL.none) return null;
    if (number >= PRINCIPAL.known) return known(this.#principals, number - PRINCIPAL.known);
    const principal: ReadPrincipal = {
      keyId: from.text() as KeyId,
      keyName: from.text(),
      environment: from.number() === 1 ? 'live' : 'test',
      secretVersion: from.number(),
      applicationId: from.text() as ApplicationId,
      application: from.text(),
      partnerId: from.text() as PartnerId,
      partner: from.text(),
      notedBy: null,
      number: 0,
    };
    this.#principals.push(principal);
    return principal;
  }

  #label(from: ByteReader): ReadText | null {
    const number = from.number();
    if (number === LABEL.none) return null;
    if (number >= LABEL.known) return known(this.#labels, number - LABEL.known);
    const text = new ReadText(from.text());
    if (number === LABEL.first) this.#labels.push(text);
    return text;
  }

  #textOrNull(from: ByteReader): ReadText | null {
    return from.number() === 0 ? null : from.textAmong(this.#texts);
  }
}

function readTags(from: ByteReader): readonly string[] {
  const count = from.number();
  return count === 0 ? NO_TAGS : Array.from({ length: count }, () => from.text());
}

function readQuota(from: ByteReader): QuotaUse | null {
  const period = from.number();
  if (period === QUOTA.none) return null;
  return {
    period: period === QUOTA.day ? 'day' : 'month',
    ownerId: from.text(),
    periodStartMs: from.number() as TimestampMs,
    used: from.number(),
    limit: from.number(),
    notice: (from.number() || null) as QuotaUse['notice'],
  };
}

function readWindows(from: ByteReader): readonly WindowUse[] | null {
  const count = from.number();
  if (count === 0) return null;
  return Array.from({ length: count - 1 }, () => ({
    windowId: from.text(),
    windowMs: from.number(),
    cost: from.number(),
  }));
}

function known<T>(values: readonly T[], number: number): T {
  const value = values[number];
  if (value === undefined) throw unreadable();
  return value;
}

function unreadable(): RangeError {
  return new RangeError('The journal holds bytes that this program does not write.');
}
