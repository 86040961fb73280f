import { createHash } from 'node:crypto';
import type { Actor } from '#contract/audit.ts';
import type { TimestampMs } from '#contract/ids.ts';
import { timestampMs, tokenId } from '#contract/ids.ts';
import type { Role } from '#contract/procedure.ts';
import type { SessionInfo } from '#contract/sign-in.ts';
import { PAIRING_CODE_MS, SESSION_ABSOLUTE_MS, SESSION_IDLE_MS } from '#contract/session-rules.ts';
import type { Session } from '#contract/tokens.ts';
import { randomBase62 } from '#main/domain/base62.ts';

export const SESSIONS_MAX = 5;
export const PAIRING_TRIES_MAX = 5;
/** 22 base62 characters: 131 bits. */
const CODE_CHARACTERS = 22;
/** 43 base62 characters: 256 bits. */
const SECRET_CHARACTERS = 43;
const ID_CHARACTERS = 16;
const CODES_MAX = 5;
const USED_CODES_KEPT = 20;
/** Pages of one session, each at a port of its own: after as many moves the oldest has to sign in again. */
const CSRF_TOKENS_MAX = 5;
const USER_AGENT_CHARACTERS_MAX = 256;

/** Whom a new session belongs to. `tokenId` when it was opened with an admin token: it ends with that token. */
export interface SessionOwner {
  readonly role: Role;
  readonly name: string;
  readonly tokenId: string | null;
  readonly userAgent: string;
}

/** A session in memory. Only hashes of its two secrets are kept. */
interface SessionRecord extends SessionOwner {
  readonly id: string;
  /** One for each port at which the browser is; oldest first. */
  readonly csrfHashes: string[];
  readonly createdAtMs: number;
  lastSeenAtMs: number;
}

interface OpenCode {
  readonly role: Role;
  readonly expiresAtMs: number;
  /** The session that goes on with it; null = it opens a new one. */
  readonly continues: string | null;
}

/** What a code that was taken is good for. */
interface RedeemedCode {
  readonly ok: true;
  readonly role: Role;
  /** See OpenCode. */
  readonly continues: string | null;
}

/** The two secrets of a new session, given out once. */
export interface OpenedSession {
  readonly cookie: string;
  readonly csrfToken: string;
  readonly session: SessionInfo;
}

/** Why a pairing code was not taken. `exhausted`: too many wrong tries, a new code is needed. */
export type PairingRefusal = 'unknown' | 'used' | 'expired' | 'exhausted';

/** A session that a request belongs to. */
export interface FoundSession {
  readonly actor: Actor;
  readonly role: Role;
  readonly tokenId: string | null;
  readonly info: SessionInfo;
}

/** Signed-in browsers and pairing codes, in memory only: a restart ends all. At most SESSIONS_MAX; one more ends the one longest idle. */
export class SessionStore {
  readonly #nowMs: () => TimestampMs;
  readonly #randomBytes: (count: number) => Uint8Array;
  /** By hash of the cookie. */
  readonly #sessions = new Map<string, SessionRecord>();
  readonly #codes = new Map<string, OpenCode>();
  readonly #usedCodes = new Set<string>();
  readonly #endListeners = new Set<(sessionId: string) => void>();
  #wrongTries = 0;

  readonly #onChange: () => void;

  /** `onChange` is called after a session opened or ended. */
  constructor(options: {
    readonly nowMs: () => TimestampMs;
    readonly randomBytes: (count: number) => Uint8Array;
    readonly onChange: () => void;
  }) {
    this.#nowMs = options.nowMs;
    this.#onChange = options.onChange;
    this.#randomBytes = options.randomBytes;
  }

  /** A one-time code, good for PAIRING_CODE_MS. A new code also ends a lock-out after wrong tries. */
  createCode(
    role: Role,
    continues: string | null = null,
  ): { readonly code: string; readonly expiresAt: TimestampMs } {
    const code = randomBase62(CODE_CHARACTERS, this.#randomBytes);
    const expiresAt = this.#later(PAIRING_CODE_MS);
    const [oldest] = this.#codes.keys();
    if (this.#codes.size >= CODES_MAX && oldest !== undefined) this.#codes.delete(oldest);
    this.#codes.set(hash(code), { role, expiresAtMs: expiresAt, continues });
    this.#wrongTries = 0;
    return { code, expiresAt };
  }

  /** Takes a code: it works once. After PAIRING_TRIES_MAX wrong tries every open code is void. */
  redeemCode(code: string): RedeemedCode | { readonly ok: false; readonly reason: PairingRefusal } {
    if (this.#wrongTries >= PAIRING_TRIES_MAX) return { ok: false, reason: 'exhausted' };
    const codeHash = hash(code);
    const found = this.#codes.get(codeHash);
    if (found !== undefined && this.#nowMs() < found.expiresAtMs) {
      this.#codes.delete(codeHash);
      this.#rememberUsed(codeHash);
      return { ok: true, role: found.role, continues: found.continues };
    }
    if (found !== undefined) return { ok: false, reason: 'expired' };
    if (this.#usedCodes.has(codeHash)) return { ok: false, reason: 'used' };
    this.#wrongTries += 1;
    if (this.#wrongTries >= PAIRING_TRIES_MAX) this.#codes.clear();
    return { ok: false, reason: 'unknown' };
  }

  /** Opens a session. Its secrets are not kept and cannot be had again. */
  open(owner: SessionOwner): OpenedSession {
    this.#dropEnded();
    while (this.#sessions.size >= SESSIONS_MAX) this.#endIdlest();
    const cookie = randomBase62(SECRET_CHARACTERS, this.#randomBytes);
    const csrfToken = randomBase62(SECRET_CHARACTERS, this.#randomBytes);
    const nowMs = this.#nowMs();
    const record: SessionRecord = {
      ...owner,
      userAgent: owner.userAgent.slice(0, USER_AGENT_CHARACTERS_MAX),
      id: `ses_${randomBase62(ID_CHARACTERS, this.#randomBytes)}`,
      csrfHashes: [hash(csrfToken)],
      createdAtMs: nowMs,
      lastSeenAtMs: nowMs,
    };
    this.#sessions.set(hash(cookie), record);
    this.#onChange();
    return { cookie, csrfToken, session: info(record) };
  }

  /** A code by which the browser of an open session goes on with it at another port; null when there is no such session. */
  createContinueCode(sessionId: string): string | null {
    const record = [...this.#sessions.values()].find(({ id }) => id === sessionId);
    return record === undefined ? null : this.createCode(record.role, sessionId).code;
  }

  /** A further CSRF token for the session that has this id and this cookie; null when there is none. */
  continue(cookie: string, sessionId: string): Omit<OpenedSession, 'cookie'> | null {
    this.#dropEnded();
    const record = this.#sessions.get(hash(cookie));
    if (record?.id !== sessionId) return null;
    const csrfToken = randomBase62(SECRET_CHARACTERS, this.#randomBytes);
    if (record.csrfHashes.length >= CSRF_TOKENS_MAX) record.csrfHashes.shift();
    record.csrfHashes.push(hash(csrfToken));
    return { csrfToken, session: info(record) };
  }

  /** The session of a cookie and its CSRF token; null unless both fit and it has not ended. `isActivity` starts the idle time anew. */
  find(cookie: string, csrfToken: string, isActivity: boolean): FoundSession | null {
    this.#dropEnded();
    const record = this.#sessions.get(hash(cookie));
    if (record?.csrfHashes.includes(hash(csrfToken)) !== true) return null;
    if (isActivity) record.lastSeenAtMs = this.#nowMs();
    return {
      actor: { kind: 'session', id: record.id, name: record.name },
      role: record.role,
      tokenId: record.tokenId,
      info: info(record),
    };
  }

  /** Newest first. `currentId` marks the caller's own. */
  list(currentId: string | null): readonly Session[] {
    this.#dropEnded();
    return [...this.#sessions.values()]
      .map((record) => ({
        id: record.id,
        role: record.role,
        name: record.name,
        tokenId: record.tokenId === null ? null : tokenId.parse(record.tokenId),
        createdAt: timestampMs.parse(record.createdAtMs),
        lastSeenAt: timestampMs.parse(record.lastSeenAtMs),
        userAgent: record.userAgent,
        isCurrent: record.id === currentId,
      }))
      .reverse();
  }

  /** False when there is no such session. */
  end(sessionId: string): boolean {
    for (const [cookieHash, record] of this.#sessions) {
      if (record.id === sessionId) {
        this.#remove(cookieHash, record);
        return true;
      }
    }
    return false;
  }

  /** Is this session still open? Does not count as activity. */
  isOpen(sessionId: string): boolean {
    this.#dropEnded();
    return [...this.#sessions.values()].some((record) => record.id === sessionId);
  }

  /** The admin token that opened this session; null when it was opened otherwise, or is not open. */
  tokenIdOf(sessionId: string): string | null {
    return [...this.#sessions.values()].find((record) => record.id === sessionId)?.tokenId ?? null;
  }

  /** Calls `listener` with the id of each session that ends; returns how to stop. */
  onEnd(listener: (sessionId: string) => void): () => void {
    this.#endListeners.add(listener);
    return () => void this.#endListeners.delete(listener);
  }

  #later(durationMs: number): TimestampMs {
    return timestampMs.parse(this.#nowMs() + durationMs);
  }

  #rememberUsed(codeHash: string): void {
    this.#usedCodes.add(codeHash);
    const [oldest] = this.#usedCodes;
    if (this.#usedCodes.size > USED_CODES_KEPT && oldest !== undefined) this.#usedCodes.delete(oldest);
  }

  #dropEnded(): void {
    const nowMs = this.#nowMs();
    for (const [cookieHash, record] of this.#sessions) {
      const isIdle = nowMs >= record.lastSeenAtMs + SESSION_IDLE_MS;
      if (isIdle || nowMs >= record.createdAtMs + SESSION_ABSOLUTE_MS) this.#remove(cookieHash, record);
    }
  }

  #endIdlest(): void {
    const [idlest] = [...this.#sessions].sort(([, a], [, b]) => a.lastSeenAtMs - b.lastSeenAtMs);
    if (idlest !== undefined) this.#remove(...idlest);
  }

  #remove(cookieHash: string, record: SessionRecord): void {
    this.#sessions.delete(cookieHash);
    for (const listener of this.#endListeners) listener(record.id);
    this.#onChange();
  }
}

/** Looking a secret up by its hash leaks nothing about it through time. */
function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}

function info(record: SessionRecord): SessionInfo {
  return {
    id: record.id,
    role: record.role,
    name: record.name,
    createdAt: timestampMs.parse(record.createdAtMs),
    idleEndsAt: timestampMs.parse(record.lastSeenAtMs + SESSION_IDLE_MS),
    absoluteEndsAt: timestampMs.parse(record.createdAtMs + SESSION_ABSOLUTE_MS),
  };
}
