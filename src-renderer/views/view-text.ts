/** The search part of an address in one form, whatever the order in which it was written: so that views can be compared. Fields
 *  that belong to the moment (the selected row, the environment) are left out. */
export function viewText(search: string, momentary: readonly string[]): string {
  const parameters = new URLSearchParams(search);
  for (const name of momentary) parameters.delete(name);
  parameters.sort();
  return parameters.toString();
}
