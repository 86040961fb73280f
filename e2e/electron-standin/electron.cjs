'use strict';
// The `electron` module of the main process: the part of electron.d.ts that the product uses. Anything else throws.
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const { app } = require('./app.cjs');
const { BrowserWindow } = require('./browser-window.cjs');
const { clipboard, ClipboardItem } = require('./clipboard.cjs');
const { ipcMain } = require('./ipc-main.cjs');
const { Menu, MenuItem, Tray } = require('./menus.cjs');
const { nativeTheme } = require('./native-theme.cjs');
const { Notification } = require('./notification.cjs');
const { safeStorage } = require('./safe-storage.cjs');
const { makeSessions, schemes } = require('./session.cjs');
const { strict } = require('./strict.cjs');

const session = strict(
  'session',
  makeSessions((made) => app.emit('session-created', made)),
);
BrowserWindow._sessionOf = (partition) => session.fromPartition(partition);

/** Answers as if the person cancelled; tests replace what they need. */
const dialog = strict('dialog', {
  showSaveDialog: async () => ({ canceled: true, filePath: '' }),
  showErrorBox: (title, content) => console.error(`[dialog] ${title}: ${content}`),
});

/** Opens nothing; tests read what was asked for. */
const shell = strict('shell', {
  _opened: [],
  openExternal: async (url) => void shell._opened.push(url),
});

const image = (bytes) => ({ isEmpty: () => bytes === null, toPNG: () => bytes ?? Buffer.alloc(0) });
const nativeImage = strict('nativeImage', {
  createEmpty: () => image(null),
  createFromPath: (file) => image(fs.existsSync(file) ? fs.readFileSync(file) : null),
});

const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (items) => {
    if (app.isReady()) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    }
    for (const { scheme } of items) schemes.add(scheme);
  },
});
const powerMonitor = strict('powerMonitor', new EventEmitter());

// Plain names only: Node finds the names that `import { … }` may use by reading this list.
module.exports = {
  app,
  BrowserWindow,
  clipboard,
  ClipboardItem,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
  Tray,
};
