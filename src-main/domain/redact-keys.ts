const SECRET_LOOKING =
  /(lk_(?:live|test)_[a-z0-9]{2,24}_[0-9A-Za-z]{12}_|lks_[a-z0-9]{2,24}_|lk[ae]_)[0-9A-Za-z]{20,}/g;
/** Signed tokens, ours and others'. Only where a word begins, so that no text is read more than once. */
const SIGNED_TOKEN = /(?<![0-9A-Za-z_-])eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}/g;
/** Escapes of what a key consists of, letters, digits and underscores; and of `%` itself, for text that was encoded twice. */
const KEY_CHARACTER_ESCAPE = /%(?:25|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff])/g;
/** As often as a text is decoded in the search for keys: encoded by a browser, then by a proxy, then by a log. */
const DECODINGS_MAX = 3;

/** `text` with the secret part of every key and token, and every signed token, in it taken out, percent-encoded ones too: a text in which only those are
 *  found is given decoded. For what others send us and we keep: paths, agents, error codes, tags. Linear. */
export function redactKeys(text: string): string {
  let redacted = redactPlain(text);
  let decoded = redacted;
  for (let round = 0; round < DECODINGS_MAX && decoded.includes('%'); round += 1) {
    decoded = decoded.replaceAll(KEY_CHARACTER_ESCAPE, decodeOne);
    const found = redactPlain(decoded);
    if (found === decoded) continue;
    redacted = found;
    decoded = found;
  }
  return redacted;
}

function decodeOne(escape: string): string {
  return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
}

function redactPlain(text: string): string {
  const left = text.includes('lk') ? text.replaceAll(SECRET_LOOKING, '$1[redacted]') : text;
  return left.includes('eyJ') ? left.replaceAll(SIGNED_TOKEN, '[redacted token]') : left;
}
