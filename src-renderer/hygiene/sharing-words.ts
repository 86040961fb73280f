import type { Output } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import { PARTY_DIFFERENCES, type PartyDifference } from '#contract/hygiene.ts';
import { counted } from '#renderer/format/numbers.ts';
import { calendarDay } from '#renderer/format/time.ts';

/** One of those who seem to share a key. */
export type Party = Output<'hygiene.sharing'>['parties'][number];

const NAMED = 3;
const NAME_CHARACTERS_MAX = 64;

/** `Party A`; with the name that it gives itself, if it does. */
export function partyName(party: Pick<Party, 'app'>, index: number): string {
  const letter = `Party ${String.fromCharCode('A'.charCodeAt(0) + index)}`;
  return party.app === null ? letter : `${letter}: ${party.app}`;
}

/** What a party does, a sentence each. Days and hours are UTC, as the server's. */
export function partyLines(party: Party): readonly string[] {
  const { networks, networkCount, programs, endpoints, endpointCount, requests, days, hours } = party;
  return [
    `${counted(requests, 'request')} on ${counted(days, 'day')}, ${hoursText(hours)}; first on ${calendarDay(party.firstAt, 'utc')}, last on ${calendarDay(party.lastAt, 'utc')}.`,
    `From ${named(networks, networkCount) || 'an unknown network'} with ${named(programs, programs.length) || 'an unknown program'}.`,
    endpoints.length === 0
      ? 'Nothing was allowed that a path says.'
      : `Calls ${named(
          endpoints.map(({ endpoint }) => endpoint),
          endpointCount,
        )}.`,
  ];
}

const APART: Readonly<Record<PartyDifference, string>> = {
  app: 'it gives itself another name',
  networks: 'it comes from other networks',
  programs: 'it uses another program',
  endpoints: 'it calls other endpoints',
};

/** Why it is not the largest party in other clothes; null for the largest one. */
export function apartSentence({ apart, commonHours }: Pick<Party, 'apart' | 'commonHours'>): string | null {
  if (apart.length === 0) return null;
  const reasons = PARTY_DIFFERENCES.filter((one) => apart.includes(one)).map((one) => APART[one]);
  const atOnce =
    commonHours === 0
      ? 'never in the same hour'
      : `both called in ${counted(commonHours, 'hour')} of the month`;
  return `Told apart from party A because ${list(reasons)}; ${atOnce}.`;
}

/** The name that is offered for the key of a party. */
export function offeredName(
  key: Pick<Key, 'name'>,
  party: Pick<Party, 'app' | 'programs'>,
  index: number,
): string {
  const letter = String.fromCharCode('A'.charCodeAt(0) + index);
  const ending =
    ` – ${party.app ?? party.programs[0]?.slice(0, 20) ?? letter} ${party.app === null ? letter : ''}`.trimEnd();
  return `${key.name.slice(0, NAME_CHARACTERS_MAX - ending.length).trim()}${ending}`;
}

/** A friendly note to the contact: what was seen, why it matters to them, and what is offered. */
export function contactNote(
  key: Pick<Key, 'name' | 'hint' | 'applicationName'>,
  parties: readonly Party[],
  unusual: readonly string[] = [],
): { readonly subject: string; readonly text: string } {
  return {
    subject: `A key of your own for each user of ${key.name}`,
    text: [
      'Hello,',
      '',
      `the API key “${key.name}” (${key.hint}) of ${key.applicationName} seems to be used by ${counted(parties.length, 'party', 'parties')}:`,
      ...parties.flatMap((party, index) => [
        '',
        `- ${partyName(party, index)}`,
        ...partyLines(party).map((line) => `  ${line}`),
      ]),
      ...(unusual.length === 0 ? [] : ['', 'This is new to us, too:', ...unusual.map((line) => `- ${line}`)]),
      '',
      'With a key of its own each of them has its own limits, its own figures and its own errors, and nobody is cut off when one key has to be changed. We can make these keys for you right away, with just the access that each of them uses now; the present key goes on until everybody has moved.',
      '',
      'Please tell us who these parties are and where their keys should go. If all of this is one and the same, tell us that, and nothing changes.',
    ].join('\n'),
  };
}

/** What callers of a suspended key are told. */
export function refusalMessage({ contactEmail }: Pick<Key, 'contactEmail'>): string {
  const whom = contactEmail === '' ? 'the owner of this key' : contactEmail;
  return `This key was used by several parties. Ask ${whom} for a key of your own.`;
}

function named(names: readonly string[], total: number): string {
  const shown = names.slice(0, NAMED).filter((name) => name !== '');
  const more = total - shown.length;
  return `${shown.join(', ')}${more > 0 && shown.length > 0 ? ` and ${String(more)} more` : ''}`;
}

/** `between 08:00 and 18:00 UTC`; hours that pass midnight are told as all day. */
function hoursText(hours: readonly number[]): string {
  const [first] = hours;
  const last = hours.at(-1);
  if (first === undefined || last === undefined || (first === 0 && last === 23)) return 'at all hours';
  return `between ${clock(first)} and ${clock(last + 1)} UTC`;
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
