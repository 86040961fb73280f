import { parseAddress } from './ip-address.ts';
import type { KeyShape } from './key-shape.ts';
import { redactForeign } from './redact-foreign.ts';
import { redactKeys } from './redact-keys.ts';

/** How often each kind of thing was taken out. */
export interface RedactionCounts {
  readonly addresses: number;
  readonly secrets: number;
  readonly mailAddresses: number;
}

/** How a text is made fit to be sent to somebody outside. */
export interface FreeTextOptions {
  readonly hasAddresses: boolean;
  /** Shapes of imported keys. */
  readonly shapes: readonly KeyShape[];
  /** Folder whose name is that of a person: written as `~`. */
  readonly homeFolder: string;
}

const REDACTED = '[redacted]';
/** Longer texts are cut: a help to nobody, and the searches below would take long. */
const CHARACTERS_MAX = 4_000;
/** What stands before the host or behind the path of a URL: passwords and codes. */
const URL_SECRETS = /(\bhttps?:\/\/)([^\s/@?#]+@)|((?:\bhttps?:\/\/|\/)[^\s?#"'<>]*)[?#][^\s"'<>]+/g;
const MAIL_ADDRESS = /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/g;
const V6_LOOKING = /(?<![\w.:])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?!\w)/g;
const V4_LOOKING = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g;
/** Letters and digits mixed over this length are a secret more often than a word. */
const LONG_WORD = /(?<![0-9A-Za-z])[0-9A-Za-z_+=-]{20,}/g;

/** `text` without keys, tokens, passwords, what follows `?` or `#` in a URL, long mixtures of letters and digits, mail addresses, the
 *  home folder and, unless wanted, IP addresses. For text that nobody has checked: messages of errors, settings. Takes out rather
 *  too much; keeps at most CHARACTERS_MAX. */
export function redactFreeText(
  text: string,
  options: FreeTextOptions,
): { readonly text: string; readonly counts: RedactionCounts } {
  const counts = { addresses: 0, secrets: 0, mailAddresses: 0 };
  const short = cut(text);
  const home = options.homeFolder.length > 1 ? short.replaceAll(options.homeFolder, '~') : short;
  const foreign = redactForeign(redactKeys(home), null, options.shapes);
  counts.secrets += foreign.split(REDACTED).length - home.split(REDACTED).length;
  const withoutSecrets = foreign
    .replaceAll(URL_SECRETS, (_all, scheme: string | undefined, _person, path: string | undefined) => {
      counts.secrets += 1;
      return scheme === undefined ? `${path ?? ''}?${REDACTED}` : `${scheme}${REDACTED}@`;
    })
    .replaceAll(LONG_WORD, (word) => {
      if (!/\d/.test(word) || !/[A-Za-z]/.test(word)) return word;
      counts.secrets += 1;
      return REDACTED;
    })
    .replaceAll(MAIL_ADDRESS, () => {
      counts.mailAddresses += 1;
      return '[mail address]';
    });
  return {
    text: options.hasAddresses ? withoutSecrets : withoutAddresses(withoutSecrets, counts),
    counts,
  };
}

/** Between two words: half a key would not be known for one. */
function cut(text: string): string {
  if (text.length <= CHARACTERS_MAX) return text;
  const words = text.slice(0, CHARACTERS_MAX).split(' ');
  return `${words.slice(0, -1).join(' ')} [cut]`;
}

function withoutAddresses(text: string, counts: { addresses: number }): string {
  const mask = (): string => {
    counts.addresses += 1;
    return '[address]';
  };
  return text
    .replaceAll(V6_LOOKING, (found) => {
      // `from 2001:db8::5: refused`
      const address = found.endsWith(':') && !found.endsWith('::') ? found.slice(0, -1) : found;
      return parseAddress(address) === null ? found : `${mask()}${found.slice(address.length)}`;
    })
    .replaceAll(V4_LOOKING, mask);
}
