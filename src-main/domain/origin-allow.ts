/** Why an origin is not on a key's list, as a sentence; null when it is, or when the list is empty and every origin may.
 *  Compared whole and exactly, but for the case of letters, which has no meaning in scheme and host. */
export function originRefusal(originAllow: readonly string[], origin: string | null): string | null {
  if (originAllow.length === 0) return null;
  if (origin === null) return 'This key is bound to origins and the request names none.';
  const wanted = origin.toLowerCase();
  if (originAllow.some((allowed) => allowed.toLowerCase() === wanted)) return null;
  return 'This key may not be used from this origin.';
}

/** http or https, no user name: what browsers send. */
const PAGE = /^(https?:\/\/[^/?#@\\\s]+)(?:[/?#]|$)/i;

/** The origin that a request names, else that of the page it comes from: browsers send no Origin with a GET of their own site. null
 *  when it names neither. An Origin of `null` is one. */
export function requestOrigin(origin: string | undefined, referrer: string | undefined): string | null {
  if (origin !== undefined || referrer === undefined) return origin ?? null;
  return PAGE.exec(referrer)?.[1] ?? null;
}
