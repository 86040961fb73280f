import type { ServiceId } from '#contract/ids.ts';
import type { OwnColumn } from './secret-entry-queries.ts';
import type { VerifyRow } from './verify-queries.ts';

/** What all secrets of a group share, as a look-up for one service finds it. */
export type SharedColumns = Omit<VerifyRow, OwnColumn>;

/** Groups at most: their numbers take two bytes of a secret. */
const GROUPS_MAX = 1 << 16;
/** Characters of the texts that tell them apart, and of the columns found for them: rules can be long. */
const CHARACTERS_MAX = 1 << 25;

interface Group {
  /** What its secrets have in common, as it stands in the file. */
  readonly likeText: string;
  /** Secrets in it; with the last one the group goes. */
  secrets: number;
  found: { readonly serviceId: ServiceId; readonly shared: SharedColumns }[];
}

/** Keys that agree in everything but their own columns are one group: a handful of policies among a million keys. The columns that a
 *  group shares are read again after every write to the store, whatever it was; who belongs to it is not. */
export class SecretGroups {
  #groups: (Group | null)[] = [];
  #free: number[] = [];
  readonly #numbers = new Map<string, number>();
  #likeCharacters = 0;
  #foundCharacters = 0;
  #foundAt = -1;

  /** The number of the group with this text, with one secret more; null when there are too many groups. */
  join(likeText: string): number | null {
    const known = this.#numbers.get(likeText);
    const group = known === undefined ? null : this.#groups[known];
    if (known !== undefined && group) {
      group.secrets += 1;
      return known;
    }
    if (this.#likeCharacters + likeText.length > CHARACTERS_MAX) return null;
    const number = this.#free.pop() ?? this.#groups.length;
    if (number >= GROUPS_MAX) return null;
    this.#groups[number] = { likeText, secrets: 1, found: [] };
    this.#numbers.set(likeText, number);
    this.#likeCharacters += likeText.length;
    return number;
  }

  leave(number: number): void {
    const group = this.#groups[number];
    if (!group) return;
    group.secrets -= 1;
    if (group.secrets > 0) return;
    this.#groups[number] = null;
    this.#free.push(number);
    this.#numbers.delete(group.likeText);
    this.#likeCharacters -= group.likeText.length;
  }

  /** What was found for the group at this state of the store; null when nobody asked yet. */
  find(number: number, serviceId: ServiceId, revision: number): SharedColumns | null {
    if (this.#foundAt !== revision) this.#forgetFound(revision);
    const found = this.#groups[number]?.found ?? [];
    for (const each of found) if (each.serviceId === serviceId) return each.shared;
    return null;
  }

  /** Keeps what was just read for a secret of the group. */
  keep(number: number, serviceId: ServiceId, revision: number, shared: SharedColumns): void {
    if (this.#foundAt !== revision) this.#forgetFound(revision);
    const characters = charactersOf(shared);
    if (this.#foundCharacters + characters > CHARACTERS_MAX) this.#forgetFound(revision);
    this.#foundCharacters += characters;
    this.#groups[number]?.found.push({ serviceId, shared });
  }

  #forgetFound(revision: number): void {
    this.#foundAt = revision;
    if (this.#foundCharacters === 0) return;
    this.#foundCharacters = 0;
    for (const group of this.#groups) if (group !== null && group.found.length > 0) group.found = [];
  }
}

function charactersOf(shared: SharedColumns): number {
  let characters = 0;
  for (const value of Object.values(shared)) if (typeof value === 'string') characters += value.length;
  // Never nothing: what was found is to be forgotten.
  return characters + 1;
}
