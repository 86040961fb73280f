const GROUP_CHARACTERS_MAX = 64;

/** Group of an endpoint in the scope picker: the given one, else the first segment of its path that is fixed text. */
export function endpointGroup(given: string | undefined, path: string): string {
  const tidy = given?.trim().slice(0, GROUP_CHARACTERS_MAX) ?? '';
  if (tidy !== '') return tidy;
  const fixed = path.split('/').find((segment) => segment !== '' && !/[*{]/.test(segment));
  return (fixed ?? '/').slice(0, GROUP_CHARACTERS_MAX);
}
