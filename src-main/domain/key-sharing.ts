/** What is looked at to tell whether one key is used by several. Counts of the last 24 hours beside the busiest day before. */
export interface SharingSigns {
  readonly networks: number;
  readonly networksADay: number;
  readonly newNetworks: readonly string[];
  readonly agents: number;
  readonly agentsADay: number;
  readonly newAgents: readonly string[];
  /** Days before with requests. */
  readonly baselineDays: number;
}

/** Fewer days say nothing about what is usual for a key. */
const BASELINE_DAYS_MIN = 3;
/** That many networks are one office with a phone and a server. */
const NETWORKS_MIN = 3;
const NEW_MIN = 2;
/** So many times the busiest day of the baseline is out of the ordinary … */
const TIMES_USUAL = 2;
/** … and so many where no more programs than usual call: 24 hours are parts of two days, and whoever has new addresses every day has
 *  twice as many in them. */
const TIMES_USUAL_ALIKE = 3;

/** Is a key used as if several had it: suddenly from at least twice as many networks (thrice, where the programs are the usual
 *  ones) as on its busiest day before, some of them never seen before; or with as many more programs, at least one of them from a new
 *  network? Judged against the key's own past alone: a fleet
 *  of a thousand addresses is usual for a key that always had one. */
export function isSharingSuspected(signs: SharingSigns): boolean {
  if (signs.baselineDays < BASELINE_DAYS_MIN) return false;
  const times = signs.agents > signs.agentsADay ? TIMES_USUAL : TIMES_USUAL_ALIKE;
  const fromMore =
    signs.networks >= Math.max(NETWORKS_MIN, times * signs.networksADay) &&
    signs.newNetworks.length >= NEW_MIN;
  const withMore =
    signs.agents >= Math.max(NETWORKS_MIN, TIMES_USUAL * signs.agentsADay) &&
    signs.newAgents.length >= NEW_MIN &&
    signs.newNetworks.length >= 1;
  return fromMore || withMore;
}
