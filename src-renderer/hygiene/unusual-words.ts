import type { SharingEvidence } from '#contract/hygiene.ts';
import type { Key } from '#contract/keys.ts';
import { counted } from '#renderer/format/numbers.ts';

/** Names and endpoints that are told one by one. */
const NAMED = 5;

type Unusual = Pick<SharingEvidence, 'otherApps' | 'newEndpoints'>;

/** What is out of the ordinary about the use of a key beside who uses it, a sentence each; empty when nothing is. */
export function unusualLines({ otherApps, newEndpoints }: Unusual): readonly string[] {
  const lines: string[] = [];
  if (otherApps.length > 0) {
    lines.push(
      `In the last 29 days requests called their application ${told(otherApps.map(({ name, requests }) => [name, requests]))}: that is not the application of this key.`,
    );
  }
  if (newEndpoints !== null && newEndpoints.length > 0) {
    lines.push(
      `In the last 24 hours it called what it did not call in the 28 days before: ${told(newEndpoints.map(({ endpoint, requests }) => [endpoint, requests]))}.`,
    );
  }
  return lines;
}

/** Why nothing is said of new endpoints. */
export const NO_BASELINE =
  'Whether it calls endpoints that are new for it cannot be said: it was used on fewer than 3 of the 28 days before, or calls more endpoints than are told apart.';

/** A friendly question to the contact about what is out of the ordinary: it accuses nobody, and offers help. */
export function askNote(
  key: Pick<Key, 'name' | 'hint' | 'applicationName'>,
  lines: readonly string[],
): { readonly subject: string; readonly text: string } {
  return {
    subject: `Is this you? ${key.name} is used in a new way`,
    text: [
      'Hello,',
      '',
      `the API key “${key.name}” (${key.hint}) of ${key.applicationName} is used in a way that is new to us:`,
      '',
      ...lines.map((line) => `- ${line}`),
      '',
      'If all of this is yours, tell us that, and nothing changes. If others use this key, too, tell us who they are: we make them keys of their own. If you know nothing of it, tell us at once: the key may be in wrong hands, and we change it together with you without an interruption.',
    ].join('\n'),
  };
}

function told(names: readonly (readonly [string, number])[]): string {
  const shown = names
    .slice(0, NAMED)
    .map(([name, requests]) => `${name} (${counted(requests, 'request')})`)
    .join(', ');
  const more = names.length - NAMED;
  return more > 0 ? `${shown} and ${String(more)} more` : shown;
}
