import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure, ProveCase } from '../case.ts';
import { sourceProgram } from '../program.ts';
import { ELECTRON_RULES, electronFaults } from '../worlds/electron-faults.ts';

const FOLDER = 'src-main/electron';
/** Found and right: the one place that answers channels, after it has looked at the sender. */
const REVIEWED = /^a call of ipcMain\S+ in ipc\.ts:\d+$/;
/** One a rule, in their order. */
const FAULTS = [
  'new BrowserWindow({ webPreferences: { nodeIntegration: true } });',
  'new BrowserWindow({ webPreferences: { nodeIntegrationInWorker: true } });',
  'new BrowserWindow({ webPreferences: { nodeIntegrationInSubFrames: true } });',
  'new BrowserWindow({ webPreferences: { contextIsolation: isIsolated } });',
  'new BrowserWindow({ webPreferences: { sandbox: false } });',
  'new BrowserWindow({ webPreferences: { webSecurity: false } });',
  'new BrowserWindow({ webPreferences: { allowRunningInsecureContent: true } });',
  'new BrowserWindow({ webPreferences: { experimentalFeatures: true } });',
  "new BrowserWindow({ webPreferences: { enableBlinkFeatures: 'x' } });",
  'new BrowserWindow({ webPreferences: { webviewTag: true } });',
  'new BrowserWindow({ webPreferences: { navigateOnDragDrop: true } });',
  'new BrowserWindow({ webPreferences: { enableRemoteModule: true } });',
  "new BrowserWindow({ webPreferences: { affinity: 'x' } });",
  "protocol.registerSchemesAsPrivileged([{ scheme: 'x', privileges: { bypassCSP: true } }]);",
  'void shell.openExternal(address);',
  'void contents.executeJavaScript(text);',
  'eval(text);',
  'session.setCertificateVerifyProc(() => 0);',
  "app.commandLine.appendSwitch('disable-web-security');",
  'void window.loadURL(address);',
  'void window.loadFile(path);',
  'contents.openDevTools();',
  "ipcMain.on('x', run);",
  "session.allowNTLMCredentialsForDomains('*');",
  "app.on('certificate-error', accept);",
  "process.env['ELECTRON_DISABLE_SECURITY_WARNINGS'] = '1';",
  "const address = 'http://example.com/';",
];

/** Looks for what known weaknesses of Electron applications were made of. */
function findings(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !/\.test(?:-support)?\.ts$/.test(name))
    .flatMap((name) => electronFaults(name, readFileSync(join(folder, name), 'utf8')));
}

function code(): Figure {
  const found = findings(join(sourceProgram().root, FOLDER));
  const unreviewed = found.filter((finding) => !REVIEWED.test(finding));
  return {
    reached: `${String(unreviewed.length)} findings of ${String(ELECTRON_RULES.length)} rules that are not reviewed${unreviewed.length > 0 ? ` (${unreviewed.slice(0, 3).join(', ')})` : ''}, ${String(found.length - unreviewed.length)} reviewed`,
    holds: unreviewed.length === 0 && found.length === 1,
  };
}

/** Each fault by itself in a source of its own: it must be found by its rule. */
function eachSeen(): Figure {
  const unseen = FAULTS.filter(
    (fault, index) =>
      !electronFaults('planted.ts', fault).some((finding) =>
        finding.startsWith(`${ELECTRON_RULES[index]?.name ?? ''} in `),
      ),
  );
  const isAll = unseen.length === 0 && FAULTS.length === ELECTRON_RULES.length;
  return {
    reached: `${String(FAULTS.length - unseen.length)} of ${String(FAULTS.length)} seen${unseen.length > 0 ? `, not: ${unseen.join(' ')}` : ''}`,
    // As long as one is not seen, the check is blind to something.
    holds: !isAll,
  };
}

/** The code of the desktop shell. */
export const cases: readonly ProveCase[] = [
  {
    id: 'G5',
    promise:
      'The code of the desktop shell has nothing of what known weaknesses of such programs were made of',
    target: '0 findings that are not reviewed',
    tier: 'T1',
    isBeside: true,
    figure: async () => code(),
    controls: [{ fault: 'one for each rule, by itself', run: async () => eachSeen() }],
  },
];
