const CODE = /^#code=([0-9A-Za-z_-]{1,128})$/;

/** The code of a pairing link, or null. It is taken out of the address bar and the history at once, whether it is good or not. */
export function takePairingCode(): string | null {
  const { hash } = location;
  if (!hash.startsWith('#code=')) return null;
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  return CODE.exec(hash)?.[1] ?? null;
}
