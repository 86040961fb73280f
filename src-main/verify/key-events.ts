import { keyId as keyIdSchema } from '#contract/ids.ts';
import type { KeyId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { SystemStatus } from '#contract/system.ts';
import type { AuditDraft, CommandOutcome } from '#main/context.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import { ListenerProgress } from './listener-progress.ts';

/** What a verifier that keeps decisions is told: forget those of these keys, or everything (null). */
export interface KeyEvent {
  /** Where the stream is now; who sends the last one back is told what it missed. */
  readonly id: string;
  readonly keyIds: readonly KeyId[] | null;
}

/** An open stream. `end` closes its connection. */
export interface KeyEventSink {
  /** `taken` is called when the connection has taken it. */
  readonly send: (event: KeyEvent, taken: () => void) => void;
  readonly end: () => void;
}

/** What telling verifiers needs. Look-ups may throw. */
export interface KeyEventsParts {
  readonly nowMs: () => TimestampMs;
  /** Another text for each run of the program: what an earlier one numbered is not known any more. */
  readonly epoch: string;
  /** Does the key hold anything at this service? */
  readonly isKnownAt: (keyId: KeyId, serviceId: ServiceId) => boolean;
  /** Keys that change with it. */
  readonly hasChildren: (keyId: KeyId) => boolean;
  readonly onError: (error: unknown) => void;
}

type Committed = Pick<CommandOutcome<unknown>, 'audit' | 'furtherAudits' | 'changed'>;

/** An open stream, to its owner. */
export interface OpenStream {
  /** By which its reader acknowledges. */
  readonly id: string;
  readonly close: () => void;
}

interface Change {
  readonly seq: number;
  readonly atMs: number;
  /** null = any key may have changed. */
  readonly keyIds: readonly KeyId[] | null;
  /** What the key may do, and where, may be different from before. */
  readonly isPolicy: boolean;
}

interface Stream {
  readonly id: string;
  readonly service: ServiceRef;
  readonly sink: KeyEventSink;
  readonly connectedAt: TimestampMs;
  readonly progress: ListenerProgress;
}

/** Changes that are kept for verifiers that come back. */
const KEPT_MAX = 1_000;
/** Ids in one event; more are told as everything. */
const IDS_MAX = 200;
const STREAMS_MAX = 200;
const STREAMS_PER_SERVICE_MAX = 20;

/** Subjects whose changes can change a decision. */
const DECIDING: ReadonlySet<string> = new Set([
  'keys',
  'scopes',
  'plans',
  'services',
  'applications',
  'partners',
  'settings',
  'enrolment',
  'blockedSources',
]);
/** Commands that leave what a key may do, and where, as it is. */
const STATE_ONLY: ReadonlySet<string> = new Set([
  'keys.create',
  'keys.enroll',
  'keys.revoke',
  'keys.suspend',
  'keys.resume',
  'keys.restore',
  'keys.rotate',
  'keys.endOverlap',
  'keys.extendOverlap',
  'keys.updateOverlap',
  'keys.undoRotation',
]);

/** Tells connected verifiers at once which keys changed. A service hears ids of keys only that hold something there; where that
 *  cannot be told, it hears that it must forget everything. Nothing of it is on the path of a verification. */
export class KeyEvents {
  readonly #parts: KeyEventsParts;
  readonly #streams = new Set<Stream>();
  #recent: Change[] = [];
  #seq = 0;
  #opened = 0;

  constructor(parts: KeyEventsParts) {
    this.#parts = parts;
  }

  /** After a command is committed. Never throws. */
  readonly note = (outcome: Committed): void => {
    if (!outcome.changed.some((subject) => DECIDING.has(subject))) return;
    this.#seq += 1;
    const change = { seq: this.#seq, atMs: this.#parts.nowMs(), ...this.#changeOf(outcome) };
    this.#recent.push(change);
    if (this.#recent.length > KEPT_MAX) this.#recent = this.#recent.slice(-KEPT_MAX / 2);
    for (const stream of this.#streams) this.#tell(stream, change);
  };

  /** Opens a stream and sends it what it missed since `lastId`, or that it must forget everything. null = there are too many. */
  open(service: ServiceRef, lastId: string | null, sink: KeyEventSink): OpenStream | null {
    const ofService = [...this.#streams].filter((each) => each.service.id === service.id).length;
    if (this.#streams.size >= STREAMS_MAX || ofService >= STREAMS_PER_SERVICE_MAX) return null;
    this.#opened += 1;
    const connectedAt = this.#parts.nowMs();
    const id = `${this.#parts.epoch}-${String(this.#opened)}`;
    const stream: Stream = { id, service, sink, connectedAt, progress: new ListenerProgress() };
    this.#streams.add(stream);
    const now = { seq: this.#seq, atMs: connectedAt };
    const missed = this.#missedSince(lastId);
    for (const change of missed ?? []) this.#tell(stream, change);
    this.#send(stream, now, missed === null ? null : []);
    return { id, close: () => void this.#streams.delete(stream) };
  }

  /** The reader of this stream of the service has acted on everything up to the event with this id. False when there is no such
   *  stream or event. */
  acknowledge(serviceId: ServiceId, streamId: string, eventId: string): boolean {
    const stream = [...this.#streams].find(({ id, service }) => id === streamId && service.id === serviceId);
    const seq = this.#seqOf(eventId);
    if (stream === undefined || seq === null) return false;
    return stream.progress.acknowledge(seq, this.#parts.nowMs());
  }

  /** Who listens now, in the order of connecting. */
  connected(): SystemStatus['verifiers'] {
    return [...this.#streams].map(({ id, service, connectedAt, progress }) => ({
      streamId: id,
      serviceId: service.id,
      service: service.name,
      connectedAt,
      ...progress.now(),
    }));
  }

  /** Ends every stream; their readers come back. */
  end(): void {
    for (const { sink } of this.#streams) sink.end();
  }

  #changeOf({ audit, furtherAudits = [] }: Committed): Pick<Change, 'keyIds' | 'isPolicy'> {
    const audits: readonly AuditDraft[] = [audit, ...furtherAudits];
    const isPolicy = audits.some(({ action }) => !STATE_ONLY.has(action));
    const keyIds = [...new Set(audits.map(({ subject }) => subject).map(keyIdOf))];
    const isAny = keyIds.length > IDS_MAX || keyIds.some((keyId) => keyId === null || this.#isParent(keyId));
    return { keyIds: isAny ? null : keyIds.filter((keyId) => keyId !== null), isPolicy };
  }

  #isParent(keyId: KeyId): boolean {
    try {
      return this.#parts.hasChildren(keyId);
    } catch (error) {
      // The command is committed: its verifiers must hear of it, at worst that anything may have changed.
      this.#parts.onError(error);
      return true;
    }
  }

  #tell(stream: Stream, change: Change): void {
    const keyIds = this.#shownTo(stream.service.id, change);
    if (keyIds === null || keyIds.length > 0) this.#send(stream, change, keyIds);
  }

  /** A key that holds nothing here now may have held something before, when what it may do has changed. */
  #shownTo(serviceId: ServiceId, { keyIds, isPolicy }: Change): readonly KeyId[] | null {
    if (keyIds === null) return null;
    try {
      const known = keyIds.filter((keyId) => this.#parts.isKnownAt(keyId, serviceId));
      return isPolicy && known.length < keyIds.length ? null : known;
    } catch (error) {
      this.#parts.onError(error);
      return null;
    }
  }

  #send(stream: Stream, { seq, atMs }: Pick<Change, 'seq' | 'atMs'>, keyIds: KeyEvent['keyIds']): void {
    const taken = stream.progress.sent(seq, atMs);
    stream.sink.send({ id: this.#idOf(seq), keyIds }, () => {
      taken(this.#parts.nowMs());
    });
  }

  #missedSince(lastId: string | null): readonly Change[] | null {
    const seq = this.#seqOf(lastId ?? '');
    if (seq === null) return null;
    const missed = this.#recent.filter((change) => change.seq > seq);
    return missed.length === this.#seq - seq ? missed : null;
  }

  /** null for the id of another run, or of an event that has not been. */
  #seqOf(eventId: string): number | null {
    const [epoch, number] = eventId.split('.');
    const seq = Number(number);
    return epoch !== this.#parts.epoch || !Number.isInteger(seq) || seq > this.#seq ? null : seq;
  }

  #idOf(seq: number): string {
    return `${this.#parts.epoch}.${String(seq)}`;
  }
}

function keyIdOf({ kind, id }: AuditDraft['subject']): KeyId | null {
  const parsed = keyIdSchema.safeParse(id);
  return kind === 'key' && parsed.success ? parsed.data : null;
}
