/** Port from which this page was loaded; null in the desktop window, which came from no listener. */
export function ownPort(): number | null {
  if (window.latchkey !== undefined) return null;
  return Number(location.port === '' ? 80 : location.port);
}

/** Where Latchkey is at another port, under the name by which this browser reaches it. */
export function addressAt(port: number): string {
  return `${location.protocol}//${location.hostname}:${String(port)}`;
}

/** Leads this page to Latchkey at another port. `fragment` is a route, or a code with one. Going back in the history leads here again. */
export function goToPort(port: number, fragment: string): void {
  location.assign(`${addressAt(port)}/#${fragment}`);
}
