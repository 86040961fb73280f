/** Products in the order in which they must be looked for: most browsers also claim to be an older one. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['HeadlessChrome', 'Chrome'],
  ['Chrome', 'Chrome'],
  ['Version', 'Safari'],
] as const;
const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

/** "Firefox 149 on Linux" out of what a browser says of itself; what is not understood is given back as it is. A guess for people's
 *  eyes: nothing may be decided by it. */
export function browserName(userAgent: string): string {
  const browser = BROWSERS.find(([mark]) => userAgent.includes(`${mark}/`));
  const system = SYSTEMS.find(([mark]) => userAgent.includes(mark));
  if (browser === undefined || system === undefined) return userAgent;
  const [, version = ''] = userAgent.split(`${browser[0]}/`);
  return `${browser[1]} ${String(Number.parseInt(version, 10))} on ${system[1]}`;
}
