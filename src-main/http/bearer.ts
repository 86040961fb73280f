/** The token of an Authorization header, or why there is none. */
export type Bearer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'other' };

/** Reads `Authorization: Bearer …`; the scheme in any case. `other` = another scheme or no single word after it. */
export function bearerToken(authorization: string | null | undefined): Bearer {
  if (authorization === null || authorization === undefined || authorization.trim() === '') {
    return { kind: 'missing' };
  }
  const token = /^bearer +([!-~]{1,512})$/i.exec(authorization.trim())?.[1];
  return token === undefined ? { kind: 'other' } : { kind: 'token', token };
}
