'use strict';
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const { app } = require('./app.cjs');
const host = require('./host.cjs');
const { answerInvoke } = require('./ipc-main.cjs');
const { nativeTheme } = require('./native-theme.cjs');
const { pageSources, BINDING, WORLD } = require('./page-sources.cjs');
const { strict, makeEvent } = require('./strict.cjs');
const { WebContents } = require('./web-contents.cjs');

const windows = new Map();
let lastId = 0;
let focused = null;

class BrowserWindow extends EventEmitter {
  /** Set by electron.cjs: partition → session. */
  static _sessionOf = null;
  _isDead = false;
  _asked = false;
  #isVisible;
  #isMinimized = false;
  #isProtected = false;
  #bounds;
  #context = null;
  #lastOpened = '';

  constructor(options = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.id = ++lastId;
    this._options = options;
    const { x = 40, y = 40, width = 800, height = 600 } = options;
    this.#bounds = { x, y, width, height };
    this.#isVisible = options.show !== false;
    const session = BrowserWindow._sessionOf(options.webPreferences?.partition ?? '');
    this.webContents = strict('webContents', new WebContents(this, session));
    this._proxy = strict('BrowserWindow', this);
    windows.set(this.id, this);
    focused = this;
    this._attached = this.#attach().catch((error) => {
      if (!host.isStopping) console.error('electron stand-in: window failed', error);
      throw error;
    });
    this._attached.catch(() => undefined);
    app.emit('browser-window-created', makeEvent(), this._proxy);
    app.emit('web-contents-created', makeEvent(), this.webContents);
    return this._proxy;
  }

  loadURL(url) {
    return this.webContents.loadURL(url);
  }
  reload() {
    this.webContents.reload();
  }
  isDestroyed() {
    return this._isDead;
  }
  isVisible() {
    return this.#isVisible && !this._isDead;
  }
  isFocused() {
    return focused === this;
  }
  isMinimized() {
    return this.#isMinimized;
  }
  show() {
    this.#isVisible = true;
    this.emit('show');
    this.focus();
  }
  hide() {
    this.#isVisible = false;
    this.emit('hide');
  }
  focus() {
    focused = this;
    void this._attached.then(() => this._command('Page.bringToFront')).catch(() => undefined);
    this.emit('focus');
    app.emit('browser-window-focus', makeEvent(), this._proxy);
  }
  minimize() {
    this.#isMinimized = true;
    this.emit('minimize');
  }
  restore() {
    this.#isMinimized = false;
    this.emit('restore');
  }
  getTitle() {
    return this._options.title ?? app.getName();
  }
  getBounds() {
    return { ...this.#bounds };
  }
  setContentProtection(isProtected) {
    this.#isProtected = isProtected;
  }
  isContentProtected() {
    return this.#isProtected;
  }

  close() {
    if (this._isDead) return;
    const event = makeEvent();
    this.emit('close', event);
    this._isClosePrevented = event.defaultPrevented;
    if (!event.defaultPrevented) this.destroy();
  }
  destroy() {
    if (this._isDead) return;
    this._gone();
    const close = () => host.send('Target.closeTarget', { targetId: this._target });
    void this._attached.then(close).catch(() => undefined);
  }
  _gone() {
    if (this._isDead) return;
    this._isDead = true;
    this.webContents._isDead = true;
    windows.delete(this.id);
    if (focused === this) focused = [...windows.values()].at(-1) ?? null;
    this.webContents.emit('destroyed');
    this.emit('closed');
    if (windows.size > 0 || host.isStopping) return;
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed');
    else app.quit();
  }

  static getAllWindows() {
    return [...windows.values()].map((window) => window._proxy);
  }
  static getFocusedWindow() {
    return focused?._proxy ?? null;
  }
  static fromId(id) {
    return windows.get(id)?._proxy ?? null;
  }
  static fromWebContents(contents) {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null;
  }

  _command(method, params) {
    return host.send(method, params, this._session);
  }
  _wasLoaded() {
    return this._asked;
  }
  _openedByPage() {
    return this.#lastOpened;
  }

  async #attach() {
    this._target = await host.openTarget(this.#bounds);
    const attached = await host.send('Target.attachToTarget', { targetId: this._target, flatten: true });
    this._session = attached.sessionId;
    host.sessions.set(this._session, (method, params) => this.#receive(method, params));
    const { preload } = this._options.webPreferences ?? {};
    const sources = pageSources(preload ? fs.readFileSync(preload, 'utf8') : '');
    await this._command('Page.enable');
    await this._command('Runtime.enable');
    await this.#place();
    await this._command('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await this._command('Page.addScriptToEvaluateOnNewDocument', { source: sources.main });
    const isolated = { source: sources.isolated, worldName: WORLD };
    await this._command('Page.addScriptToEvaluateOnNewDocument', isolated);
    await this._command('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] });
    for (const setting of this.webContents.session._permissions(this.webContents)) {
      await host.send('Browser.setPermission', setting);
    }
    await this._applyTheme();
  }

  async #place() {
    const { windowId } = await host.send('Browser.getWindowForTarget', { targetId: this._target });
    const { x, y, width, height } = this.#bounds;
    await host.send('Browser.setWindowBounds', { windowId, bounds: { left: x, top: y, width, height } });
  }

  _applyTheme() {
    const value = nativeTheme.themeSource;
    const features = value === 'system' ? [] : [{ name: 'prefers-color-scheme', value }];
    return this._command('Emulation.setEmulatedMedia', { features });
  }

  #receive(method, params) {
    const contents = this.webContents;
    if (this._isDead) return;
    switch (method) {
      case 'Runtime.executionContextCreated':
        if (params.context.name === WORLD && params.context.auxData?.frameId === this._target) {
          this.#context = params.context.id;
        }
        break;
      case 'Runtime.bindingCalled':
        if (params.name === BINDING) void this.#answer(JSON.parse(params.payload));
        break;
      case 'Fetch.requestPaused':
        contents._onRequest(params).catch((error) => {
          if (!host.isStopping && !this._isDead) console.error('electron stand-in: request failed', error);
        });
        break;
      case 'Page.frameNavigated':
        contents._onNavigated(params.frame);
        break;
      case 'Page.navigatedWithinDocument':
        contents._onNavigatedWithinDocument(params.url);
        break;
      case 'Page.loadEventFired':
        if (this._asked) contents._onLoaded();
        if (this._asked) setImmediate(() => this._isDead || this.emit('ready-to-show'));
        break;
      case 'Page.windowOpen':
        this.#lastOpened = params.url;
        break;
      case 'Inspector.targetCrashed':
        contents.emit('render-process-gone', makeEvent(), { reason: 'crashed', exitCode: 1 });
        break;
    }
  }

  async #answer(message) {
    if (message.kind === 'open') {
      askToOpen(this.webContents, message.channel);
      return;
    }
    const reply = await answerInvoke(this.webContents, message);
    if (reply !== null) await this._toPage(reply);
  }

  async _toPage(message) {
    try {
      await this._attached;
      if (this.#context === null || this._isDead) return;
      const expression = `__standinReceive(${JSON.stringify(message)})`;
      await this._command('Runtime.evaluate', { contextId: this.#context, expression });
    } catch {
      // The page went away while the answer was on its way; Electron drops it too.
    }
  }
}

/** Asks the app whether a page may open a window; only "deny" can be obeyed. */
function askToOpen(contents, url) {
  const { action } = contents._windowOpen({ url, frameName: '', features: '' });
  if (action !== 'deny') throw new Error('electron stand-in: opening windows from a page is not implemented');
}

app._windows = () => BrowserWindow.getAllWindows();
nativeTheme.on('updated', () => {
  for (const window of windows.values()) {
    void window._attached.then(() => window._applyTheme()).catch(() => undefined);
  }
});

host.on('Target.targetDestroyed', ({ targetId }) => {
  const window = [...windows.values()].find((item) => item._target === targetId);
  if (!window) return;
  window.emit('close', makeEvent());
  window._gone();
});

host.on('Target.targetCreated', ({ targetInfo }) => {
  if (!targetInfo.openerId) return;
  const opener = [...windows.values()].find((window) => window._target === targetInfo.openerId);
  if (!opener) return;
  askToOpen(opener.webContents, opener._openedByPage() || targetInfo.url);
  void host.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => undefined);
});

module.exports = { BrowserWindow };
