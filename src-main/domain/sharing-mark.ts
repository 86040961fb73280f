import type { SharingParty } from '#contract/hygiene.ts';

/** What of the evidence that a key is shared is kept when somebody says that it is one party. Names only: how much each called is no
 *  evidence. */
export interface SharingMark {
  readonly partyCount: number;
  /** Names that parties gave themselves. */
  readonly apps: readonly string[];
  readonly networks: readonly string[];
  readonly programs: readonly string[];
}

/** What is looked at, as the request log tells it. */
export interface SharingNames {
  readonly parties: readonly Pick<SharingParty, 'app' | 'networks' | 'programs'>[];
  readonly newNetworks: readonly string[];
  readonly newAgents: readonly string[];
}

/** So many new names are needed to suspect a key at all: one more network or program of a known party is no news. */
const NEW_MIN = 2;

/** The evidence that there is now. */
export function sharingMark({ parties, newNetworks, newAgents }: SharingNames): SharingMark {
  const distinct = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    partyCount: parties.length,
    apps: distinct(parties.flatMap(({ app }) => app ?? [])),
    networks: distinct([...newNetworks, ...parties.flatMap(({ networks }) => networks)]),
    programs: distinct([...newAgents, ...parties.flatMap(({ programs }) => programs)]),
  };
}

/** Does the evidence say something that it did not say then? That is: more parties; one under a name of its own that was not there, or,
 *  without a name, from none of the networks that were; or several new networks or programs beside those. What is there no more
 *  is no news. */
export function isNewSharing(known: SharingMark, { parties, newNetworks, newAgents }: SharingNames): boolean {
  const apps = new Set(known.apps);
  const networks = new Set(known.networks);
  const programs = new Set(known.programs);
  const isStranger = ({ app, networks: from }: SharingNames['parties'][number]): boolean =>
    app === null ? !from.some((network) => networks.has(network)) : !apps.has(app);
  const countNew = (names: readonly string[], old: ReadonlySet<string>): number =>
    names.filter((name) => !old.has(name)).length;
  return (
    parties.length > known.partyCount ||
    parties.some(isStranger) ||
    countNew(newNetworks, networks) >= NEW_MIN ||
    countNew(newAgents, programs) >= NEW_MIN
  );
}
