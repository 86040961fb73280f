import { timestampMs } from '#contract/ids.ts';
import {
  REPLAY_CHANGED_MAX,
  REPLAY_GROUPS_MAX,
  type ReplayChange,
  type ReplayCounts,
  type ReplayGroup,
} from '#contract/replay.ts';
import type { ReplayRow } from '#main/sqlite/requests-replay-queries.ts';
import type { EndpointNames } from './endpoint-names.ts';
import type { LoggedRequest } from './logged-request.ts';
import type { LogReader } from './log-reader.ts';
import type { Replayed } from './two-policies.ts';

/** Distinct groups that are kept apart; beyond that a path without an endpoint of the catalogue joins the others of its key. */
const GROUPS_KEPT_MAX = 5_000;
/** The endpoint of what joined. */
const OTHER_PATHS = '…';

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What is counted of things that were left as they are. */
export interface KeptCounts {
  reportedOnly: number;
  state: number;
  origin: number;
  signature: number;
  scopes: number;
  token: number;
  text: number;
}

/** Adds up what a replay finds: counts, groups by key and endpoint, and the newest changed requests. */
export class ReplayTally {
  readonly counts: Mutable<ReplayCounts> = {
    replayed: 0,
    same: 0,
    newlyRefused: 0,
    newlyAllowed: 0,
    refusedOtherwise: 0,
    alreadySaved: 0,
    ofOtherKeys: 0,
  };
  readonly kept: KeptCounts = {
    reportedOnly: 0,
    state: 0,
    origin: 0,
    signature: 0,
    scopes: 0,
    token: 0,
    text: 0,
  };
  readonly #reader: LogReader;
  readonly #endpoints: EndpointNames;
  readonly #groups = new Map<string, Mutable<ReplayGroup>>();
  /** Oldest first. */
  readonly #changed: ReplayChange[] = [];

  constructor(reader: LogReader, endpoints: EndpointNames) {
    this.#reader = reader;
    this.#endpoints = endpoints;
  }

  /** A request of a key that was asked about. */
  add(row: ReplayRow, logged: LoggedRequest, replayed: Replayed): void {
    const { counts, kept } = this;
    counts.replayed += 1;
    if (replayed.isStateKept) kept.state += 1;
    if (replayed.kept !== null) kept[replayed.kept] += 1;
    const { was, now } = replayed;
    if (was === now) {
      counts.same += 1;
      return;
    }
    if (was === 'VALID') counts.newlyRefused += 1;
    else if (now === 'VALID') counts.newlyAllowed += 1;
    else counts.refusedOtherwise += 1;
    if (replayed.alreadySaved) counts.alreadySaved += 1;
    this.#addToGroup(row, logged, replayed);
    this.#list(row, logged, replayed);
  }

  /** Most first, at most REPLAY_GROUPS_MAX. */
  groups(): { readonly groups: readonly ReplayGroup[]; readonly groupCount: number } {
    const all = [...this.#groups.values()].sort((a, b) => b.count - a.count || b.lastAt - a.lastAt);
    return { groups: all.slice(0, REPLAY_GROUPS_MAX), groupCount: all.length };
  }

  /** Newest first. */
  changed(): readonly ReplayChange[] {
    return [...this.#changed].reverse();
  }

  #addToGroup(row: ReplayRow, logged: LoggedRequest, { was, now, alreadySaved }: Replayed): void {
    const { keyId, serviceId, method } = logged;
    const endpoint = this.#endpointOf(logged);
    const name = [keyId, serviceId, method, endpoint, was, now].join('\n');
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = {
        ...this.#whose(row, logged),
        endpoint,
        was,
        now,
        count: 0,
        alreadySaved: 0,
        lastAt: timestampMs.parse(logged.atMs),
      };
      this.#groups.set(name, group);
    }
    group.count += 1;
    if (alreadySaved) group.alreadySaved += 1;
    group.lastAt = timestampMs.parse(logged.atMs);
  }

  #endpointOf({ serviceId, method, path }: LoggedRequest): string | null {
    if (method === null || path === null) return null;
    const known = this.#endpoints.find(serviceId, method, path);
    return known ?? (this.#groups.size < GROUPS_KEPT_MAX ? path : OTHER_PATHS);
  }

  #list(row: ReplayRow, logged: LoggedRequest, replayed: Replayed): void {
    const { was, now, nowRule, nowMessage, alreadySaved } = replayed;
    if (this.#changed.length === REPLAY_CHANGED_MAX) this.#changed.shift();
    this.#changed.push({
      ...this.#whose(row, logged),
      requestId: this.#reader.requestIdOf(row),
      at: timestampMs.parse(logged.atMs),
      path: logged.path,
      clientIp: logged.clientIp,
      was,
      now,
      wasRule: logged.rule,
      nowRule,
      nowMessage,
      alreadySaved,
    });
  }

  #whose(row: ReplayRow, { keyId, serviceId, method }: LoggedRequest) {
    return { keyId, serviceId, method, ...this.#reader.namesOf(row) };
  }
}
