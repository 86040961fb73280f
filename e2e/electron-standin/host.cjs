'use strict';
// Owns the Chromium process and its DevTools connection.
const { spawn } = require('node:child_process');
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const START_TIME_LIMIT_MS = 20_000;
const WINDOW_TIME_LIMIT_MS = 10_000;
const CLOSE_TIME_LIMIT_MS = 3_000;

const CHROMIUM_SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--password-store=basic',
  '--use-mock-keychain',
  '--no-default-browser-check',
  '--test-type',
  '--no-startup-window',
];

/** Switches that belong to the stand-in or to Node, not to Chromium. */
const OWN_SWITCHES = ['inspect', 'inspect-brk', 'remote-debugging-port', 'user-data-dir'];

class Host extends EventEmitter {
  /** Command-line switches, name → value; the app may add some before it is ready. */
  switches = new Map();
  /** Folder and package.json of the app. */
  root = process.cwd();
  pkg = {};
  isStopping = false;
  /** CDP session id → (method, params) => void */
  sessions = new Map();
  #pending = new Map();
  #lastId = 0;
  #opened = 0;

  /** Starts Chromium, prints the line that Playwright waits for, and makes the app ready. */
  async start(app) {
    this.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'electron-standin-'));
    await null; // the main bundle may still append switches synchronously
    this.exe = process.env.STANDIN_CHROMIUM ?? '/usr/bin/chromium';
    this.base = [...CHROMIUM_SWITCHES, ...this.#appSwitches()];
    if (!process.env.DISPLAY) this.base.push('--headless=new');
    const args = [...this.base, '--remote-debugging-port=0', `--user-data-dir=${this.profile}`];
    this.proc = spawn(this.exe, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.proc.on('exit', () => {
      if (this.isStopping) return;
      console.error('electron stand-in: Chromium ended');
      this.shutdown(1);
    });
    const address = await this.#devToolsAddress();
    await this.#connect(address);
    await this.send('Target.setDiscoverTargets', { discover: true });
    process.stderr.write(`DevTools listening on ${address}\n`);
    app.emit('will-finish-launching');
    app._becomeReady();
  }

  /** Sends a CDP command, to a page when `sessionId` is given. Rejects with Chromium's message. */
  send(method, params = {}, sessionId) {
    return new Promise((resolve, reject) => {
      if (this.ws?.readyState !== WebSocket.OPEN) {
        reject(new Error('electron stand-in: Chromium is gone'));
        return;
      }
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject, method });
      this.ws.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  /** A new top-level window. With a display it is an app window (no tabs, no address bar), asked of the running Chromium by a
   *  second invocation; without one, an ordinary target. Answers the target id. */
  async openTarget({ x, y, width, height }) {
    if (this.base.includes('--headless=new')) {
      const place = { left: x, top: y, width, height };
      const made = await this.send('Target.createTarget', { url: 'about:blank', newWindow: true, ...place });
      return made.targetId;
    }
    const url = `data:text/html,#${++this.#opened}`; // --app refuses about: addresses
    const seen = this.#targetWith(url);
    const args = this.base.filter((name) => name !== '--no-startup-window');
    args.push(`--app=${url}`, `--window-position=${x},${y}`, `--window-size=${width},${height}`);
    spawn(this.exe, [...args, `--user-data-dir=${this.profile}`], { stdio: 'ignore' });
    return seen;
  }

  /** Closes Chromium, removes its profile and ends this process. */
  shutdown(code) {
    if (this.isStopping) return;
    this.isStopping = true;
    const end = () => {
      fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 3 });
      process.exit(code);
    };
    if (!this.proc || this.proc.exitCode !== null) {
      end();
      return;
    }
    this.proc.once('exit', end);
    setTimeout(() => this.proc.kill('SIGKILL'), CLOSE_TIME_LIMIT_MS).unref();
    this.send('Browser.close').catch(() => this.proc.kill('SIGTERM'));
  }

  #appSwitches() {
    const given = [...this.switches].filter(([name]) => !OWN_SWITCHES.includes(name));
    return given.map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`));
  }

  #devToolsAddress() {
    return new Promise((resolve, reject) => {
      let seen = '';
      this.proc.stderr.on('data', (chunk) => {
        seen += chunk;
        const found = /^DevTools listening on (ws:\/\/\S+)/m.exec(seen);
        if (found) resolve(found[1]);
      });
      this.proc.on('error', reject);
      const late = () => reject(new Error(`electron stand-in: Chromium did not start\n${seen}`));
      setTimeout(late, START_TIME_LIMIT_MS).unref();
    });
  }

  async #connect(address) {
    this.ws = new WebSocket(address);
    await new Promise((resolve, reject) => {
      this.ws.onopen = resolve;
      this.ws.onerror = reject;
    });
    this.ws.onmessage = (message) => this.#receive(JSON.parse(message.data));
  }

  #receive(message) {
    if (message.id) {
      const waiting = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`));
      else waiting?.resolve(message.result);
    } else if (message.sessionId) {
      this.sessions.get(message.sessionId)?.(message.method, message.params);
    } else {
      this.emit(message.method, message.params);
    }
  }

  #targetWith(url) {
    return new Promise((resolve, reject) => {
      const look = ({ targetInfo }) => {
        if (targetInfo.type !== 'page' || targetInfo.url !== url) return;
        this.off('Target.targetCreated', look);
        this.off('Target.targetInfoChanged', look);
        resolve(targetInfo.targetId);
      };
      this.on('Target.targetCreated', look);
      this.on('Target.targetInfoChanged', look);
      setTimeout(
        () => reject(new Error('electron stand-in: no window came up')),
        WINDOW_TIME_LIMIT_MS,
      ).unref();
    });
  }
}

const host = new Host();
process.on('exit', () => {
  if (host.proc?.exitCode === null) host.proc.kill('SIGKILL');
});

module.exports = host;
