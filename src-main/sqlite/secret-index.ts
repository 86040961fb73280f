import type { KeyId, ServiceId, TimestampMs } from '#contract/ids.ts';
import { PackedTexts } from './packed-texts.ts';
import { RecentRows } from './recent-rows.ts';
import type { SecretEntry } from './secret-entry-queries.ts';
import { SecretGroups } from './secret-groups.ts';
import type { SharedColumns } from './secret-groups.ts';
import { SecretRows } from './secret-rows.ts';
import type { VerifyRow } from './verify-queries.ts';

const NO_META = '{}';
const HASH_BYTES = 32;

/** Secrets of the store in memory, packed at some 75 bytes each: a million objects would be 400 MB for the collector to walk. A look-up
 *  costs below 1 µs where the statement costs 9 among 1,000 keys and 35 among 1,000,000. What a secret has of its own holds until
 *  somebody tells that it changed; what its group shares holds for one state of the store alone. Moments are kept, not what
 *  follows from them: expiry is decided at each call. */
export class SecretIndex {
  readonly #rows = new SecretRows();
  readonly #groups = new SecretGroups();
  readonly #hash = Buffer.alloc(HASH_BYTES);
  #texts = new PackedTexts();
  readonly #recent = new RecentRows();

  /** The row of this secret; -1 when it is not in here. */
  find(hashText: string): number {
    return this.#rows.find(hashText);
  }

  /** All columns of a row, if those of its group are known for this service at this state of the store. */
  read(row: number, serviceId: ServiceId, revision: number): VerifyRow | null {
    const recent = this.#recent.find(row, serviceId, revision);
    if (recent !== null) return recent;
    const shared = this.#groups.find(this.#rows.group(row), serviceId, revision);
    if (shared === null) return null;
    const found = this.#whole(row, shared);
    this.#recent.keep(row, serviceId, revision, found);
    return found;
  }

  /** One by one, because a row that is spread out of another grows several times. */
  #whole(row: number, shared: SharedColumns): VerifyRow {
    const text = this.#texts.at(this.#rows.text(row));
    const own = this.#rows.isTextPlain(row) ? plainText(text) : (JSON.parse(text) as OwnTexts);
    return {
      keyId: this.#rows.keyId(row) as KeyId,
      keyName: own.keyName,
      externalId: own.externalId,
      metaJson: own.metaJson,
      secretVersion: this.#rows.version(row),
      expiresAtMs: this.#rows.expiresAtMs(row) as TimestampMs | null,
      createdAtMs: this.#rows.createdAtMs(row) as TimestampMs,
      environment: shared.environment,
      rulesJson: shared.rulesJson,
      rateLimitJson: shared.rateLimitJson,
      rateLimitsJson: shared.rateLimitsJson,
      quotaJson: shared.quotaJson,
      bindingsJson: shared.bindingsJson,
      expiryGraceMs: shared.expiryGraceMs,
      suspendedAtMs: shared.suspendedAtMs,
      suspendMessage: shared.suspendMessage,
      revokedAtMs: shared.revokedAtMs,
      pepperVersion: shared.pepperVersion,
      secretEndsAtMs: shared.secretEndsAtMs,
      rotatedAtMs: shared.rotatedAtMs,
      brownoutFromMs: shared.brownoutFromMs,
      brownoutEveryMs: shared.brownoutEveryMs,
      brownoutLengthMs: shared.brownoutLengthMs,
      currentVersion: shared.currentVersion,
      applicationId: shared.applicationId,
      application: shared.application,
      applicationSlug: shared.applicationSlug,
      contactEmail: shared.contactEmail,
      partnerId: shared.partnerId,
      partner: shared.partner,
      tier: shared.tier,
      scopesJson: shared.scopesJson,
      parentId: shared.parentId,
      denialsJson: shared.denialsJson,
      childLimitJson: shared.childLimitJson,
      childTagsJson: shared.childTagsJson,
    };
  }

  /** Keeps for a row's group what was just read for it. */
  share(row: number, serviceId: ServiceId, revision: number, found: VerifyRow): void {
    const { keyId: _id, keyName: _name, secretVersion: _version, ...rest } = found;
    const { expiresAtMs: _expires, createdAtMs: _created, externalId: _external, ...others } = rest;
    const { metaJson: _meta, ...shared }: { metaJson: string } & SharedColumns = others;
    this.#groups.keep(this.#rows.group(row), serviceId, revision, shared);
  }

  /** Takes in a secret as it was just read; its row, or -1 when it is too unlike all others or there are too many. */
  add(entry: SecretEntry): number {
    this.#hash.write(entry.hashHex, 'hex');
    const hashText = this.#hash.toString('latin1');
    const known = this.#rows.find(hashText);
    if (known >= 0) return known;
    if (!this.#rows.fits(entry)) return -1;
    const isTextPlain = entry.externalId === null && entry.metaJson === NO_META;
    const { keyName, externalId, metaJson } = entry;
    const text = this.#texts.add(
      isTextPlain ? keyName : JSON.stringify({ keyName, externalId, metaJson } satisfies OwnTexts),
    );
    if (text === null) return -1;
    const group = this.#groups.join(entry.likeText);
    if (group === null) {
      this.#texts.drop(text);
      return -1;
    }
    return this.#rows.add(hashText, { ...entry, group, text, isTextPlain });
  }

  /** Something of the secret was written: it is to be read again. */
  drop(hashText: string): void {
    const row = this.#rows.find(hashText);
    if (row < 0) return;
    this.#groups.leave(this.#rows.group(row));
    this.#texts.drop(this.#rows.text(row));
    this.#rows.remove(row);
    if (this.#texts.isWasteful) this.#packTexts();
  }

  #packTexts(): void {
    const packed = new PackedTexts();
    const former = this.#texts;
    this.#rows.moveTexts((text) => packed.add(former.at(text)) ?? 0);
    this.#texts = packed;
    former.close();
  }
}

type OwnTexts = Pick<VerifyRow, 'keyName' | 'externalId' | 'metaJson'>;

function plainText(keyName: string): OwnTexts {
  return { keyName, externalId: null, metaJson: NO_META };
}
