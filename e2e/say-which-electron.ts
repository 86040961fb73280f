import { electronForTests } from './electron-for-tests.ts';

/** Says in the output which of the two the desktop tests run on. */
export default function sayWhichElectron(): void {
  const { isReal, executablePath } = electronForTests();
  const name = isReal ? 'REAL Electron' : 'the STAND-IN for Electron (no Electron binary is installed)';
  process.stdout.write(`Desktop tests run on ${name}: ${executablePath}\n`);
}
