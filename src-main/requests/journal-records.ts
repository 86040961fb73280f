import type { KeyId } from '#contract/ids.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import type { DecisionPrincipal, DecisionRow, QuotaUse, WindowUse } from './decision-row.ts';
import type { ByteWriter } from './journal-bytes.ts';
import type { LoggedDecision } from './read-texts.ts';
import type { LostRows, Report } from './requests-messages.ts';

/** A record of the journal. */
export type JournalRecord =
  | { readonly kind: 'decision'; readonly decision: LoggedDecision }
  /** `number` names the report within one run of the program. */
  | { readonly kind: 'report'; readonly number: number; readonly report: Report }
  | { readonly kind: 'lost'; readonly lost: LostRows };

/** What a record begins with. */
export const KIND = { decision: 1, report: 2, lost: 3 } as const;
/** The log keeps less than this of every text; see stored-text.ts. */
const TEXT_UNITS_MAX = 2_048;
/** Texts that repeat are written once a segment: methods, agents, rules. Further ones are written out each time. */
const LABELS_MAX = 4_096;
/** Before a label: there is none; written out; written out and known from now on. Above: a known one. */
export const LABEL = { none: 0, once: 1, first: 2, known: 3 } as const;
/** Where a decision has labels. */
const LABEL_PLACE = { serviceId: 0, service: 1, method: 2, userAgent: 3, rule: 4, detail: 5 } as const;
/** The same for principals, which are always remembered. */
export const PRINCIPAL = { none: 0, first: 1, known: 2 } as const;
/** Before what was spent from a quota. */
export const QUOTA = { none: 0, day: 1, month: 2 } as const;

/** A principal that the segment names already; those of one key are a chain. */
interface WrittenPrincipal {
  readonly principal: DecisionPrincipal;
  readonly number: number;
  readonly next: WrittenPrincipal | null;
}

/** Writes records as bytes. What repeats is written once in a segment and then named by a number. Keys in texts are redacted here,
 *  because a journal is a file. */
export class RecordEncoder {
  readonly #to: ByteWriter;
  readonly #labels = new Map<string, number>();
  /** By LABEL_PLACE: what stood there last, which most rows repeat, and its number. */
  readonly #lastLabels: (string | null)[] = [];
  readonly #lastNumbers: number[] = [];
  /** By the key: a key is on two secrets while it is rotated, and can be renamed. */
  readonly #principals = new Map<KeyId, WrittenPrincipal>();
  #principalCount = 0;
  #lastAtMs = 0;

  constructor(to: ByteWriter) {
    this.#to = to;
  }

  /** A new segment begins: it knows nothing yet. */
  reset(): void {
    this.#labels.clear();
    this.#lastLabels.length = 0;
    this.#principals.clear();
    this.#principalCount = 0;
    this.#lastAtMs = 0;
  }

  decision(row: DecisionRow): void {
    const to = this.#to;
    to.number(KIND.decision);
    to.signed(row.atMs - this.#lastAtMs);
    this.#lastAtMs = row.atMs;
    to.text(row.requestId);
    this.#principal(row.principal);
    this.#label(row.serviceId, LABEL_PLACE.serviceId);
    this.#label(row.service, LABEL_PLACE.service);
    to.number(CODE_NUMBERS[row.code]);
    to.number(Math.round(row.latencyUs * 10));
    to.number(row.cost);
    this.#label(row.method, LABEL_PLACE.method);
    this.#label(row.userAgent, LABEL_PLACE.userAgent);
    this.#label(row.rule, LABEL_PLACE.rule);
    this.#label(row.detail, LABEL_PLACE.detail);
    this.#textOrNull(row.clientIp);
    this.#textOrNull(row.path);
    to.number(row.tags.length);
    for (const tag of row.tags) to.text(keptText(tag));
    this.#quota(row.quota);
    this.#windows(row.windows);
  }

  report(number: number, report: Report): void {
    this.#to.number(KIND.report);
    this.#to.number(number);
    this.#to.text(redactKeys(JSON.stringify(report)));
  }

  lost({ reason, count }: LostRows): void {
    this.#to.number(KIND.lost);
    this.#to.text(reason);
    this.#to.number(count);
  }

  #principal(principal: DecisionPrincipal | null): void {
    const to = this.#to;
    if (principal === null) {
      to.number(PRINCIPAL.none);
      return;
    }
    const ofKey = this.#principals.get(principal.keyId) ?? null;
    for (let known = ofKey; known !== null; known = known.next) {
      if (!isSame(known.principal, principal)) continue;
      to.number(PRINCIPAL.known + known.number);
      return;
    }
    this.#principals.set(principal.keyId, { principal, number: this.#principalCount, next: ofKey });
    this.#principalCount += 1;
    to.number(PRINCIPAL.first);
    to.text(principal.keyId);
    to.text(principal.keyName);
    to.number(principal.environment === 'live' ? 1 : 0);
    to.number(principal.secretVersion);
    to.text(principal.applicationId);
    to.text(principal.application);
    to.text(principal.partnerId);
    to.text(principal.partner);
  }

  #label(text: string | null, place: number): void {
    const to = this.#to;
    if (text === null) {
      to.number(LABEL.none);
      return;
    }
    const known = this.#lastLabels[place] === text ? this.#lastNumbers[place] : this.#labels.get(text);
    if (known !== undefined) {
      this.#lastLabels[place] = text;
      this.#lastNumbers[place] = known;
      to.number(LABEL.known + known);
      return;
    }
    const isKept = this.#labels.size < LABELS_MAX;
    if (isKept) this.#labels.set(text, this.#labels.size);
    to.number(isKept ? LABEL.first : LABEL.once);
    to.text(keptText(text));
  }

  #textOrNull(text: string | null): void {
    this.#to.number(text === null ? 0 : 1);
    if (text !== null) this.#to.text(keptText(text));
  }

  #quota(quota: QuotaUse | null): void {
    const to = this.#to;
    if (quota === null) {
      to.number(QUOTA.none);
      return;
    }
    to.number(QUOTA[quota.period]);
    to.text(quota.ownerId);
    to.number(quota.periodStartMs);
    to.number(quota.used);
    to.number(quota.limit);
    to.number(quota.notice ?? 0);
  }

  #windows(windows: readonly WindowUse[] | null): void {
    this.#to.number(windows === null ? 0 : windows.length + 1);
    for (const { windowId, windowMs, cost } of windows ?? []) {
      this.#to.text(windowId);
      this.#to.number(windowMs);
      this.#to.number(cost);
    }
  }
}

/** Of two principals of one key. */
function isSame(one: DecisionPrincipal, other: DecisionPrincipal): boolean {
  return (
    one === other ||
    (one.secretVersion === other.secretVersion &&
      one.keyName === other.keyName &&
      one.environment === other.environment &&
      one.applicationId === other.applicationId &&
      one.application === other.application &&
      one.partnerId === other.partnerId &&
      one.partner === other.partner)
  );
}

/** Redacted first: a key that was cut may not look like one. */
function keptText(text: string): string {
  const redacted = redactKeys(text);
  return redacted.length > TEXT_UNITS_MAX ? redacted.slice(0, TEXT_UNITS_MAX) : redacted;
}
