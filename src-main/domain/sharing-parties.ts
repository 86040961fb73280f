import {
  PARTY_NAMES_MAX,
  PARTY_ENDPOINTS_MAX,
  type PartyDifference,
  type SharingParty,
} from '#contract/hygiene.ts';
import { timestampMs } from '#contract/ids.ts';
import {
  CallerGroup,
  hoursInCommon,
  isSimilar,
  sharesNetwork,
  sharesProgram,
  type CallerLine,
} from './caller-group.ts';

export type { CallerLine } from './caller-group.ts';

/** Callers with fewer requests or hours, or of so small a share on so few days, are somebody trying something, and told as `others`. */
const REQUESTS_MIN = 20;
const HOURS_MIN = 3;
const SHARE_MIN = 0.03;
const DAYS_MIN = 5;
/** A line of fewer requests, or in fewer hours of one day, is judged together with the others of its program. */
const LINE_REQUESTS_MIN = 10;
const LINE_HOURS_MIN = 3;
/** One caller that moved or was replaced uses both places in so few hours at most. */
const HANDOVER_HOURS_MAX = 2;
/** From so many networks on a program is on the move: people's devices, or machines that are rented by the minute. */
const SPREAD_NETWORKS_MIN = 5;

/** Who seems to use one key. */
export interface Parties {
  /** The largest first; empty when everything can well be one. */
  readonly parties: readonly SharingParty[];
  /** Requests of callers that are too few to say whose they are. */
  readonly others: number;
}

/** Groups the callers of one key into those that are likely one party. Everything that one party does is grouped: it moves to another
 *  network, changes its program, uses several networks with one program, or several programs in one network. Two are told apart when
 *  they name different applications; or, from different networks and in the same hours, use different programs or call different
 *  endpoints. Two teams with one program and the same endpoints, or behind one address without names, look as one. */
export function partiesOf(lines: readonly CallerLine[]): Parties {
  if (lines.length < 2) return NONE;
  const groups = merged(firstGroups(lines));
  const total = lines.reduce((sum, { requests }) => sum + requests, 0);
  const large = groups.filter((group) => isParty(group, total)).sort((a, b) => b.requests - a.requests);
  const [first] = large;
  if (first === undefined || large.length < 2) return NONE;
  const told = large.reduce((sum, { requests }) => sum + requests, 0);
  return { parties: large.map((group) => toldParty(group, first)), others: total - told };
}

const NONE: Parties = { parties: [], others: 0 };

function isParty(group: CallerGroup, total: number): boolean {
  if (!group.isOfWeek || group.requests < REQUESTS_MIN || group.hourCount < HOURS_MIN) return false;
  return group.requests >= SHARE_MIN * total || group.days.size >= DAYS_MIN;
}

/** A group for each application that names itself, for each network with its program, and for what is rare of each program. */
function firstGroups(lines: readonly CallerLine[]): CallerGroup[] {
  const groups = new Map<string, CallerGroup>();
  for (const line of lines) {
    const key =
      line.app !== null
        ? JSON.stringify(['app', line.app])
        : JSON.stringify(isRegular(line) ? [line.program, line.network] : [line.program]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, new CallerGroup(line));
    else group.addLine(line);
  }
  return [...groups.values()];
}

function isRegular({ requests, days }: CallerLine): boolean {
  if (requests < LINE_REQUESTS_MIN) return false;
  if (days.length > 1) return true;
  let hours = 0;
  for (let mask = days[0]?.hours ?? 0; mask > 0; mask &= mask - 1) hours += 1;
  return hours >= LINE_HOURS_MIN;
}

/** Joins groups of one party, the surest ones first: what is in one network, then the rest, until nothing changes. */
function merged(groups: CallerGroup[]): CallerGroup[] {
  let left = groups;
  for (const isOne of [isInOneNetwork, isOneParty]) {
    for (let before = -1; before !== left.length;) {
      before = left.length;
      left = mergedOnce(left, isOne);
    }
  }
  return left;
}

function mergedOnce(
  groups: readonly CallerGroup[],
  isOne: (one: CallerGroup, other: CallerGroup) => boolean,
): CallerGroup[] {
  const kept: CallerGroup[] = [];
  for (const group of groups) {
    const target = kept.find((one) => isOne(one, group));
    if (target === undefined) kept.push(group);
    else target.addGroup(group);
  }
  return kept;
}

/** Two names are two applications, wherever they are. */
function haveTwoNames(one: CallerGroup, other: CallerGroup): boolean {
  return one.app !== null && other.app !== null && one.app !== other.app;
}

function isInOneNetwork(one: CallerGroup, other: CallerGroup): boolean {
  return !haveTwoNames(one, other) && sharesNetwork(one, other);
}

function isOneParty(one: CallerGroup, other: CallerGroup): boolean {
  if (haveTwoNames(one, other)) return false;
  if (sharesNetwork(one, other)) return true;
  const isAtOnce = !isHandover(one, other);
  if (sharesProgram(one, other)) return isSimilar(one, other) || !isAtOnce;
  if (!isSimilar(one, other)) return false;
  // One program after the other, or one application on devices of two kinds.
  return !isAtOnce || (isSpread(one) && isSpread(other));
}

/** Did one take over from the other: never both at a time, but for a few hours, or for a day after which only one went on? */
function isHandover(one: CallerGroup, other: CallerGroup): boolean {
  if (hoursInCommon(one, other) <= HANDOVER_HOURS_MAX) return true;
  const common = [...one.days.keys()].filter((day) => other.days.has(day));
  return common.length <= 1 && one.lastDay !== other.lastDay;
}

function isSpread({ networks }: CallerGroup): boolean {
  return networks.size >= SPREAD_NETWORKS_MIN;
}

function toldParty(group: CallerGroup, first: CallerGroup): SharingParty {
  const byCount = (a: readonly [string, number], b: readonly [string, number]): number =>
    b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
  const days = [...group.days.keys()];
  return {
    app: group.app,
    networks: known(group.networks)
      .sort(byCount)
      .slice(0, PARTY_NAMES_MAX)
      .map(([network]) => network),
    networkCount: known(group.networks).length,
    programs: known(group.programs)
      .sort(byCount)
      .slice(0, PARTY_NAMES_MAX)
      .map(([program]) => program),
    endpoints: [...group.endpoints]
      .sort(byCount)
      .slice(0, PARTY_ENDPOINTS_MAX)
      .map(([endpoint, requests]) => ({ endpoint, requests })),
    endpointCount: group.endpoints.size,
    requests: group.requests,
    hours: hoursOf(group),
    days: group.days.size,
    firstAt: timestampMs.parse(Math.min(...days)),
    lastAt: timestampMs.parse(Math.max(...days)),
    apart: group === first ? [] : differences(group, first),
    commonHours: group === first ? 0 : hoursInCommon(group, first),
  };
}

/** Those that were told. */
function known(counts: ReadonlyMap<string, number>): (readonly [string, number])[] {
  return [...counts].filter(([name]) => name !== '');
}

function differences(group: CallerGroup, first: CallerGroup): readonly PartyDifference[] {
  const found: PartyDifference[] = [];
  if (haveTwoNames(group, first)) found.push('app');
  if (!sharesNetwork(group, first)) found.push('networks');
  if (!sharesProgram(group, first)) found.push('programs');
  if (!isSimilar(group, first)) found.push('endpoints');
  return found;
}

function hoursOf({ days }: CallerGroup): readonly number[] {
  let all = 0;
  for (const mask of days.values()) all |= mask;
  return Array.from({ length: 24 }, (_none, hour) => hour).filter((hour) => (all & (1 << hour)) !== 0);
}
