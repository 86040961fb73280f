import type { TimestampMs } from '#contract/ids.ts';
import type { CommandOutcome } from '#main/context.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';

/** What a command did or wanted to do. */
export type Wanted = Pick<CommandOutcome<unknown>, 'audit' | 'furtherAudits'>;

const STATES = { 'keys.revoke': 'revokedAtMs', 'keys.suspend': 'suspendedAtMs' } as const;

interface Withheld {
  readonly column: (typeof STATES)[keyof typeof STATES];
  readonly atMs: TimestampMs;
}

/** Keys that somebody revoked or suspended while the disk kept nothing. They are refused all the same until the program ends, or
 *  until the same is done again on a disk that keeps it. Nothing of it outlives the program. */
export class WithheldKeys {
  readonly #keys = new Map<string, Withheld>();

  /** How many there are. */
  get count(): number {
    return this.#keys.size;
  }

  /** Refuses the keys from which the command would have taken access away. Were there any? */
  add(wanted: Wanted, atMs: TimestampMs): boolean {
    const taken = takenAway(wanted);
    for (const [keyId, column] of taken) this.#keys.set(keyId, { column, atMs });
    return taken.length > 0;
  }

  /** The command was kept: its keys need nobody's memory. */
  settle(kept: Wanted): void {
    if (this.#keys.size > 0) for (const [keyId] of takenAway(kept)) this.#keys.delete(keyId);
  }

  /** The key as a verification has to see it; a child key ends with its parent. */
  seen(row: VerifyRow | null): VerifyRow | null {
    if (row === null || this.#keys.size === 0) return row;
    const withheld = this.#keys.get(row.keyId) ?? this.#keys.get(row.parentId ?? '');
    return withheld === undefined
      ? row
      : { ...row, [withheld.column]: row[withheld.column] ?? withheld.atMs };
  }
}

function takenAway({
  audit,
  furtherAudits = [],
}: Wanted): readonly (readonly [string, Withheld['column']])[] {
  return [audit, ...furtherAudits].flatMap(({ action, subject }) =>
    action === 'keys.revoke' || action === 'keys.suspend' ? [[subject.id, STATES[action]] as const] : [],
  );
}
