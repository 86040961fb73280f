import { topicOf } from './endpoint-shape.ts';

/** One way in which a key was called over a month: from one network, with one program, under one name. Null where it was not told. */
export interface CallerLine {
  readonly network: string | null;
  readonly program: string | null;
  /** The name that the caller gives itself. */
  readonly app: string | null;
  readonly requests: number;
  /** Days with requests, each with its hours (UTC) as bits. */
  readonly days: readonly { readonly atMs: number; readonly hours: number; readonly isOfWeek: boolean }[];
  /** Allowed requests by endpoint: `GET /items/*`. */
  readonly endpoints: ReadonlyMap<string, number>;
}

/** Alike from this cosine on: 1 = the same endpoints in the same shares, 0 = none in common. */
const SIMILAR_MIN = 0.4;

/** Lines that are likely one party. */
export class CallerGroup {
  app: string | null;
  requests = 0;
  isOfWeek = false;
  readonly networks = new Map<string, number>();
  readonly programs = new Map<string, number>();
  readonly endpoints = new Map<string, number>();
  /** Hours as bits, by the start of the day. */
  readonly days = new Map<number, number>();

  constructor(line: CallerLine) {
    this.app = line.app;
    this.addLine(line);
  }

  addLine({ network, program, requests, days, endpoints, app }: CallerLine): void {
    this.app ??= app;
    this.requests += requests;
    add(this.networks, network ?? '', requests);
    add(this.programs, program ?? '', requests);
    for (const [endpoint, count] of endpoints) add(this.endpoints, endpoint, count);
    for (const { atMs, hours, isOfWeek } of days) {
      this.days.set(atMs, (this.days.get(atMs) ?? 0) | hours);
      this.isOfWeek ||= isOfWeek;
    }
  }

  addGroup(other: CallerGroup): void {
    this.app ??= other.app;
    this.requests += other.requests;
    this.isOfWeek ||= other.isOfWeek;
    for (const [network, count] of other.networks) add(this.networks, network, count);
    for (const [program, count] of other.programs) add(this.programs, program, count);
    for (const [endpoint, count] of other.endpoints) add(this.endpoints, endpoint, count);
    for (const [atMs, hours] of other.days) this.days.set(atMs, (this.days.get(atMs) ?? 0) | hours);
  }

  /** Start of the last day with requests. */
  get lastDay(): number {
    return Math.max(...this.days.keys());
  }

  /** Hours with requests, of all days. */
  get hourCount(): number {
    let count = 0;
    for (const mask of this.days.values()) count += bits(mask);
    return count;
  }
}

/** Were both in one network? */
export function sharesNetwork(one: CallerGroup, other: CallerGroup): boolean {
  return haveCommon(one.networks, other.networks);
}

/** Did both use one program? */
export function sharesProgram(one: CallerGroup, other: CallerGroup): boolean {
  return haveCommon(one.programs, other.programs);
}

/** Hours in which both called. */
export function hoursInCommon(one: CallerGroup, other: CallerGroup): number {
  let count = 0;
  for (const [atMs, hours] of one.days) count += bits(hours & (other.days.get(atMs) ?? 0));
  return count;
}

/** Do both call mostly the same endpoints? Who was never allowed anything tells nothing of what it does. */
export function isSimilar(one: CallerGroup, other: CallerGroup): boolean {
  const [mine, theirs] = [topicsOf(one), topicsOf(other)];
  if (mine.size === 0 || theirs.size === 0) return true;
  let product = 0;
  for (const [topic, count] of mine) product += count * (theirs.get(topic) ?? 0);
  return product >= SIMILAR_MIN * length(mine) * length(theirs);
}

function topicsOf({ endpoints }: CallerGroup): ReadonlyMap<string, number> {
  const topics = new Map<string, number>();
  for (const [endpoint, count] of endpoints) add(topics, topicOf(endpoint), count);
  return topics;
}

function length(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count * count;
  return Math.sqrt(sum);
}

function haveCommon(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one];
  for (const name of small.keys()) if (name !== '' && large.has(name)) return true;
  return false;
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count += 1;
  return count;
}
