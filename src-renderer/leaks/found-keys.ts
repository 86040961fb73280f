import { keyId as keyIdSchema, type KeyId } from '#contract/ids.ts';
import { LeakScanner, type LeakFinding } from '#contract/leak-scan.ts';
import type { LeakKind } from '#contract/leak-forms.ts';
import { MATCHED_KEYS_MAX } from '#contract/leaks.ts';
import { sha256 } from '#renderer/ui/sha-256.ts';

/** Places of one key that are named; the others are counted. */
const PLACES_MAX = 20;
/** Words of a paste that may be keys of another system, which have no shape: asked about only where no key of ours is. */
const FOREIGN_WORDS_MAX = 100;
const FOREIGN_CHARACTERS_MIN = 12;
/** As in `latchkey scan --format json` and sarif. */
const REPORTED = /"(?:sha256|latchkeySecret\/v1)":\s*"([0-9a-f]{64})"/g;

/** A key that stands in what was searched. */
export interface FoundKey {
  readonly keyId: KeyId;
  /** `lk_live_datafeed_k7Qd2mX9pR4t` */
  readonly name: string;
  /** Its secret was there, not only what is public of it. */
  readonly isWhole: boolean;
  /** `config.env:3` */
  readonly places: readonly string[];
  readonly placeCount: number;
}

/** A token that stands in what was searched. */
export interface FoundToken {
  readonly kind: Exclude<LeakKind, 'key'>;
  readonly name: string;
  readonly place: string;
}

/** What was found. Holds hashes and what is public, nothing of a secret. */
export interface FoundKeys {
  readonly keys: readonly FoundKey[];
  readonly hashes: readonly string[];
  readonly tokens: readonly FoundToken[];
  /** Texts in the shape of a key whose checksum does not fit. */
  readonly lookAlikes: readonly string[];
  readonly texts: number;
  readonly bytes: number;
  readonly unreadable: readonly string[];
  /** There were more different keys than are asked about. */
  readonly isCut: boolean;
}

/** Searches one text after another and keeps what may be kept. */
export class KeyCollector {
  readonly #keys = new Map<KeyId, { name: string; isWhole: boolean; places: string[]; placeCount: number }>();
  readonly #hashes = new Set<string>();
  readonly #tokens: FoundToken[] = [];
  readonly #lookAlikes = new Set<string>();
  readonly #unreadable: string[] = [];
  #texts = 0;
  #bytes = 0;
  #file = '';
  readonly #scanner = new LeakScanner((finding) => this.#note(finding));

  /** A text begins; `file` is empty for a paste. */
  begin(file: string): void {
    this.#file = file;
    this.#texts += 1;
  }

  push(text: string): void {
    this.#bytes += text.length;
    this.#scanner.push(text);
  }

  end(): void {
    this.#scanner.end();
  }

  /** What was pushed of this text does not count as read. */
  fail(): void {
    this.#scanner.end();
    this.#unreadable.push(this.#file);
  }

  /** Hashes that a report of `latchkey scan` names beside the public part of a key. */
  addReport(text: string): void {
    for (const { 1: hash = '' } of text.matchAll(REPORTED)) this.#hashes.add(hash);
  }

  /** Of a paste without a key of ours: its words may be imported keys. */
  addWords(text: string): void {
    if (this.#keys.size > 0) return;
    for (const word of text.split(/\s+/, FOREIGN_WORDS_MAX)) {
      if (word.length >= FOREIGN_CHARACTERS_MIN) this.#hashes.add(hexOf(sha256(word)));
    }
  }

  result(): FoundKeys {
    const keys = [...this.#keys].map(([keyId, found]) => ({ keyId, ...found }));
    return {
      keys: keys.slice(0, MATCHED_KEYS_MAX),
      hashes: [...this.#hashes].slice(0, MATCHED_KEYS_MAX),
      tokens: this.#tokens,
      lookAlikes: [...this.#lookAlikes],
      texts: this.#texts,
      bytes: this.#bytes,
      unreadable: this.#unreadable,
      isCut: keys.length > MATCHED_KEYS_MAX || this.#hashes.size > MATCHED_KEYS_MAX,
    };
  }

  #note({ kind, state, name, keyId, secret, line }: LeakFinding): void {
    const place = this.#file === '' ? `line ${String(line)}` : `${this.#file}:${String(line)}`;
    if (state === 'mistyped') this.#lookAlikes.add(name);
    if (kind !== 'key') {
      if (state === 'whole') this.#tokens.push({ kind, name, place });
      return;
    }
    if (state === 'mistyped') return;
    const id = keyIdSchema.parse(keyId);
    const known = this.#keys.get(id) ?? { name, isWhole: false, places: [], placeCount: 0 };
    known.isWhole ||= state === 'whole';
    known.placeCount += 1;
    if (known.places.length < PLACES_MAX) known.places.push(place);
    this.#keys.set(id, known);
    if (state === 'whole') this.#hashes.add(hexOf(sha256(secret)));
  }
}

/** Searches a pasted text. */
export function searchPaste(text: string): FoundKeys {
  const collector = new KeyCollector();
  collector.begin('');
  collector.push(text);
  collector.end();
  collector.addReport(text);
  collector.addWords(text);
  return collector.result();
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
