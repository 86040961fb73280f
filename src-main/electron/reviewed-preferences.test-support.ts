/** The preferences of the desktop window's page as a reviewer has agreed to them, for this preload. Every one that is not here must be
 *  absent. */
export const REVIEWED_PREFERENCES = {
  preload: '/preload.cjs',
  partition: 'latchkey',
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
  devTools: false,
} as const;
