'use strict';
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const host = require('./host.cjs');
const { strict, makeEvent } = require('./strict.cjs');

class App extends EventEmitter {
  #paths = new Map();
  #name = null;
  #ready = Promise.withResolvers();
  #isReady = false;
  #isQuitting = false;
  #lock = null;
  /** Set by the windows' module: a list of open windows. */
  _windows = () => [];
  _calls = [];
  dock = undefined;
  isPackaged = false;
  commandLine = strict('app.commandLine', {
    appendSwitch: (name, value = '') => void host.switches.set(name, value),
    hasSwitch: (name) => host.switches.has(name),
    getSwitchValue: (name) => host.switches.get(name) ?? '',
    removeSwitch: (name) => void host.switches.delete(name),
  });

  get name() {
    return this.getName();
  }
  getName() {
    return this.#name ?? host.pkg.productName ?? host.pkg.name ?? 'Electron';
  }
  setName(name) {
    this.#name = name;
  }
  getVersion() {
    return host.pkg.version ?? '0.0.0';
  }
  getAppPath() {
    return host.root;
  }
  setAppUserModelId(id) {
    this._calls.push(['setAppUserModelId', id]);
  }
  enableSandbox() {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    this._calls.push(['enableSandbox']);
  }

  getPath(name) {
    const known = this.#paths.get(name);
    if (known !== undefined) return known;
    const config = process.env.XDG_CONFIG_HOME ?? path.join(os.homedir(), '.config');
    switch (name) {
      case 'home':
        return os.homedir();
      case 'appData':
        return config;
      case 'temp':
        return os.tmpdir();
      case 'exe':
        return process.argv[0];
      case 'userData':
      case 'sessionData':
        return host.switches.get('user-data-dir') || path.join(config, this.getName());
      case 'logs':
        return path.join(this.getPath('userData'), 'logs');
      default:
        throw new Error(`electron stand-in: app.getPath('${name}') is not implemented`);
    }
  }
  setPath(name, folder) {
    this.#paths.set(name, folder);
  }

  isReady() {
    return this.#isReady;
  }
  whenReady() {
    return this.#ready.promise;
  }
  _becomeReady() {
    this.#isReady = true;
    this.emit('ready', {}, {});
    this.#ready.resolve();
  }

  /** A symbolic link whose target is the holder's pid, and a folder where later instances leave their arguments. */
  requestSingleInstanceLock(data) {
    const folder = this.getPath('userData');
    const inbox = path.join(folder, 'second-instance');
    fs.mkdirSync(inbox, { recursive: true });
    if (!this.#takeLock(path.join(folder, 'SingletonLock'))) {
      const message = JSON.stringify({ argv: process.argv, cwd: process.cwd(), data });
      const file = path.join(inbox, `${process.pid}.json`);
      fs.writeFileSync(`${file}.part`, message);
      fs.renameSync(`${file}.part`, file);
      return false;
    }
    fs.watch(inbox, (_kind, name) => this.#readInbox(path.join(inbox, name ?? ''))).unref();
    return true;
  }
  #takeLock(lock) {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        fs.symlinkSync(String(process.pid), lock);
        this.#lock = lock;
        return true;
      } catch {
        const holder = Number(fs.readlinkSync(lock));
        if (holder === process.pid) return true;
        if (isAlive(holder)) return false;
        fs.rmSync(lock, { force: true });
      }
    }
    return false;
  }
  #readInbox(file) {
    if (!file.endsWith('.json') || !fs.existsSync(file)) return;
    const { argv, cwd, data } = JSON.parse(fs.readFileSync(file, 'utf8'));
    fs.rmSync(file);
    this.emit('second-instance', makeEvent(), argv, cwd, data);
  }
  hasSingleInstanceLock() {
    return this.#lock !== null;
  }
  releaseSingleInstanceLock() {
    if (this.#lock !== null) fs.rmSync(this.#lock, { force: true });
    this.#lock = null;
  }

  quit() {
    if (this.#isQuitting) return;
    this.#isQuitting = true;
    if (this.#isRefused('before-quit') || !this.#closeWindows() || this.#isRefused('will-quit')) {
      this.#isQuitting = false;
      return;
    }
    this.exit(0);
  }
  #isRefused(name) {
    const event = makeEvent();
    this.emit(name, event);
    return event.defaultPrevented;
  }
  #closeWindows() {
    return this._windows().every((window) => {
      window.close();
      return window.isDestroyed() || !window._isClosePrevented;
    });
  }
  exit(code = 0) {
    this.emit('quit', makeEvent(), code);
    this.releaseSingleInstanceLock();
    host.shutdown(code);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const app = strict('app', new App());
process.on('SIGTERM', () => app.quit());
process.on('SIGINT', () => app.quit());

module.exports = { app };
