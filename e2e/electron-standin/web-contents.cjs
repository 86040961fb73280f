'use strict';
const { EventEmitter } = require('node:events');
const custom = require('./custom-protocols.cjs');
const { schemes } = require('./session.cjs');
const { makeEvent } = require('./strict.cjs');
const wire = require('./wire.cjs');

let lastId = 0;

/** The page of a window. Talks to Chromium through its window, which owns the CDP session. */
class WebContents extends EventEmitter {
  id = ++lastId;
  _isDead = false;
  _url = '';
  _windowOpen = () => ({ action: 'allow' });
  /** Settles the running loadURL. */
  _loading = null;

  constructor(window, session) {
    super();
    this._window = window;
    this.session = session;
    const contents = this;
    // One object for the life of the page: senders are compared by identity.
    this.mainFrame = {
      processId: 1,
      routingId: this.id,
      get url() {
        return contents._url;
      },
    };
  }

  getURL() {
    return this._url;
  }
  isDestroyed() {
    return this._isDead;
  }
  isLoading() {
    return this._loading !== null;
  }
  isDevToolsOpened() {
    return false;
  }
  getOwnerBrowserWindow() {
    return this._window._proxy;
  }
  setWindowOpenHandler(handler) {
    this._windowOpen = handler;
  }
  send(channel, ...args) {
    void this._window._toPage({ channel, args: wire.encode(args) });
  }
  reload() {
    void this._window._command('Page.reload');
  }
  close() {
    this._window.close();
  }

  async loadURL(url) {
    await this._window._attached;
    this._window._asked = true;
    this._loading = Promise.withResolvers();
    const loaded = this._loading.promise;
    const result = await this._window._command('Page.navigate', { url: custom.toChromium(url, schemes) });
    if (result.errorText) {
      this._loading = null;
      throw new Error(`${result.errorText} loading '${url}'`);
    }
    await loaded;
  }

  async executeJavaScript(expression) {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this._window._command('Runtime.evaluate', asked);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** A request is about to leave the page: answered by a protocol handler, cancelled by the app, or sent on. */
  async _onRequest(paused) {
    const address = custom.toElectron(paused.request.url, schemes);
    const isNavigation = paused.resourceType === 'Document' && this._loading === null;
    if (isNavigation && this._isNavigationPrevented(address, paused.frameId)) {
      await this._window._command('Fetch.failRequest', {
        requestId: paused.requestId,
        errorReason: 'Aborted',
      });
      return;
    }
    const handler = this.session.protocol._handlers.get(address.split(':')[0]);
    if (handler) {
      await this._window._command(
        'Fetch.fulfillRequest',
        await custom.answerRequest(paused, address, handler),
      );
    } else {
      this.session.emit('_request', address);
      await this._window._command('Fetch.continueRequest', { requestId: paused.requestId });
    }
  }

  _isNavigationPrevented(url, frameId) {
    const isMainFrame = frameId === this._window._target;
    const event = makeEvent({ url, isMainFrame, isSameDocument: false });
    this.emit('will-frame-navigate', event);
    if (isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event, url);
    return event.defaultPrevented;
  }

  _onNavigated(frame) {
    if (frame.parentId) return;
    this._url = custom.toElectron(frame.url + (frame.urlFragment ?? ''), schemes);
    if (this._window._wasLoaded()) this.emit('did-navigate', makeEvent(), this._url);
  }

  _onNavigatedWithinDocument(url) {
    this._url = custom.toElectron(url, schemes);
    this.emit('did-navigate-in-page', makeEvent(), this._url, true);
  }

  _onLoaded() {
    this.emit('did-finish-load', makeEvent());
    this._loading?.resolve();
    this._loading = null;
  }
}

module.exports = { WebContents };
