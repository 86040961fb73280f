/** Longest link that mail programs take. */
const LINK_CHARACTERS_MAX = 1_900;

/** The contacts of keys, each once, by name; keys without one are left out. */
export function contactsOf(keys: readonly { readonly contactEmail: string }[]): readonly string[] {
  return [...new Set(keys.map(({ contactEmail }) => contactEmail.trim()))]
    .filter((text) => text !== '')
    .sort();
}

/** A mail to all of them in which nobody sees the others; null when there is nobody, or too many for a link. */
export function mailLink(contacts: readonly string[]): string | null {
  const link = `mailto:?bcc=${contacts.map(encodeURIComponent).join(',')}`;
  return contacts.length === 0 || link.length > LINK_CHARACTERS_MAX ? null : link;
}
