const SECRET_LOOKING =
  /(lk_(?:live|test)_[a-z0-9]{2,24}_[0-9A-Za-z]{12}_|lks_[a-z0-9]{2,24}_|lka_)[0-9A-Za-z]{20,}/g;

/** `text` with the secret part of every key and token in it taken out. For what others send us and we keep: paths, agents. */
export function redactKeys(text: string): string {
  if (!text.includes('lk')) return text;
  return text.replaceAll(SECRET_LOOKING, '$1[redacted]');
}
