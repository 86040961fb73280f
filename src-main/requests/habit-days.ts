import { CALLERS_TOLD_MAX } from '#contract/callers-told.ts';
import { ByteReader, ByteWriter } from './journal-bytes.ts';

/** Ways of calling of one key that are told apart in a day: of more the first. A fleet's further ones are like those. */
const WAYS_MAX = 48;
/** Endpoints of one way that are told apart in a day. */
const ENDPOINTS_MAX = 32;
const ROOM_BYTES = 4_096;

/** One way in which a key was called: the same network, program and name of an application. Texts are numbers of HabitTexts. */
export interface Way {
  readonly network: number;
  readonly program: number;
  readonly app: number;
  requests: number;
  /** Hours of the day (UTC) with requests, a bit each. */
  hours: number;
  /** Allowed requests by endpoint. */
  readonly endpoints: Map<number, number>;
}

/** One key over a time: who called it, from which networks, with which programs, under which rules, and how often it was allowed. */
export interface Uses {
  /** Checksums of addresses with their agents. */
  readonly callers: Set<number>;
  readonly networks: Set<number>;
  readonly agents: Set<number>;
  readonly rules: Set<number>;
  readonly ways: Way[];
  allowed: number;
}

/** Nothing yet. */
export function noUses(): Uses {
  return {
    callers: new Set(),
    networks: new Set(),
    agents: new Set(),
    rules: new Set(),
    ways: [],
    allowed: 0,
  };
}

/** The way with these numbers; null when there are as many others as are told apart. Most keys have one or two. */
export function wayIn(
  ways: Way[],
  { network, program, app }: Pick<Way, 'network' | 'program' | 'app'>,
): Way | null {
  for (const way of ways) {
    if (way.network === network && way.program === program && way.app === app) return way;
  }
  if (ways.length >= WAYS_MAX) return null;
  const way = { network, program, app, requests: 0, hours: 0, endpoints: new Map<number, number>() };
  ways.push(way);
  return way;
}

/** Were there more ways, or endpoints of one, than are told apart? Then what is not there may have been there all the same. */
export function isCut({ ways }: Uses): boolean {
  return ways.length >= WAYS_MAX || ways.some(({ endpoints }) => endpoints.size >= ENDPOINTS_MAX);
}

/** Counts allowed requests for an endpoint. */
export function addEndpoint({ endpoints }: Pick<Way, 'endpoints'>, endpoint: number, requests: number): void {
  const known = endpoints.get(endpoint);
  if (known !== undefined) endpoints.set(endpoint, known + requests);
  else if (endpoints.size < ENDPOINTS_MAX) endpoints.set(endpoint, requests);
}

/** Adds what is there, up to as many as are told. */
export function addOne(to: Set<number>, one: number): void {
  if (to.size < CALLERS_TOLD_MAX) to.add(one);
}

/** Writes uses as the file keeps them: numbers, each list with its length in front. What it gives is good until it packs again. */
export class UsesWriter {
  readonly #writer = new ByteWriter(ROOM_BYTES);

  pack({ allowed, callers, networks, agents, rules, ways }: Uses): Buffer {
    const writer = this.#writer;
    writer.clear();
    writer.number(allowed);
    for (const list of [callers, networks, agents, rules]) {
      writer.number(list.size);
      for (const one of list) writer.number(one);
    }
    writer.number(ways.length);
    for (const { network, program, app, requests, hours, endpoints } of ways) {
      writer.number(network);
      writer.number(program);
      writer.number(app);
      writer.number(requests);
      writer.number(hours);
      writer.number(endpoints.size);
      for (const [endpoint, count] of endpoints) {
        writer.number(endpoint);
        writer.number(count);
      }
    }
    return writer.bytes;
  }
}

/** Adds packed uses to others. `numbers`: what the numbers of the packed texts are among the others; as they are without. */
export function addPacked(to: Uses, packed: Buffer, numbers: Uint32Array | null): void {
  const reader = new ByteReader(packed);
  const text = (): number => {
    const number = reader.number();
    return numbers === null ? number : (numbers[number] ?? 0);
  };
  to.allowed += reader.number();
  for (let left = reader.number(); left > 0; left -= 1) addOne(to.callers, reader.number());
  for (const list of [to.networks, to.agents, to.rules]) {
    for (let left = reader.number(); left > 0; left -= 1) addOne(list, text());
  }
  for (let left = reader.number(); left > 0; left -= 1) {
    const way = wayIn(to.ways, { network: text(), program: text(), app: text() });
    const requests = reader.number();
    const hours = reader.number();
    if (way !== null) {
      way.requests += requests;
      way.hours |= hours;
    }
    for (let more = reader.number(); more > 0; more -= 1) {
      const endpoint = text();
      const count = reader.number();
      if (way !== null) addEndpoint(way, endpoint, count);
    }
  }
}
