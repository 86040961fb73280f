import type { BrowserWindowConstructorOptions } from 'electron';

/** In memory, no cache: nothing the page does outlives the process. */
export const SESSION_PARTITION = 'latchkey';
export const SESSION_OPTIONS = { cache: false } as const;

/** Where the page comes from. Nothing else is ever loaded. */
export const BUNDLE_URL = 'app://bundle/index.html';

/** Every option of the one window; `preload` is an absolute path. Shown by the caller once there is something to see. */
export function windowOptions(preload: string, isPackaged: boolean): BrowserWindowConstructorOptions {
  return {
    title: 'Latchkey',
    show: false,
    width: 1280,
    height: 840,
    minWidth: 960,
    minHeight: 640,
    // The canvas of the light theme: no white flash before the first paint.
    backgroundColor: '#f7f6f1',
    webPreferences: {
      preload,
      partition: SESSION_PARTITION,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !isPackaged,
    },
  };
}
