import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.mjs';

/** What the tests need from the system, browsers and the compiler of the Go client, as { program, package } of Debian. */
const NEEDED = [
  { program: 'chromium', package: 'chromium' },
  { program: 'Xvfb', package: 'xvfb' },
  { program: 'xvfb-run', package: 'xvfb' },
  { program: 'xauth', package: 'xauth' },
  { program: 'go', package: 'golang-go' },
];

/** Is a program of this name on PATH? */
export function isOnPath(program, env = process.env) {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Makes the browser and the virtual display available on Linux: installs them as root on Debian, else says what to install.
 *  Answers whether the end-to-end tests can run. Elsewhere Playwright's own browser is used. */
export async function installSystemPackages(say) {
  if (process.platform !== 'linux') return true;
  const missing = NEEDED.filter(({ program }) => !isOnPath(program) && !isProvided(program));
  if (missing.length === 0) return true;
  const packages = [...new Set(missing.map((item) => item.package))];
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    say(
      `The end-to-end tests need: ${packages.join(', ')}. On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`,
    );
    return false;
  }
  say(`Installing ${packages.join(', ')}…`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-qq'], { env });
  const args = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
  const result = await runCommand('apt-get', args, { env });
  if (result.code !== 0) say(result.output.trimEnd());
  return result.code === 0;
}

function isProvided(program) {
  return program === 'chromium' ? Boolean(process.env.CHROMIUM_PATH) : Boolean(process.env.DISPLAY);
}
