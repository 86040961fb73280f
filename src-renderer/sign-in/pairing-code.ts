/** Also with the page to go on with, where the same browser comes from another port. */
const CODE = /^#code=([0-9A-Za-z_-]{1,128})(?:&at=(\/[a-z/-]{0,100}))?$/;

/** The code of a pairing link, or null. It is taken out of the address bar and the history at once, whether it is good or not. */
export function takePairingCode(): string | null {
  const { hash } = location;
  if (!hash.startsWith('#code=')) return null;
  const [, code = null, at = '/'] = CODE.exec(hash) ?? [];
  history.replaceState(null, '', `${location.pathname}${location.search}#${at}`);
  return code;
}
