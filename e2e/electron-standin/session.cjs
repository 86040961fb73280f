'use strict';
const { EventEmitter } = require('node:events');
const { strict } = require('./strict.cjs');

/** Schemes that the app registered before it was ready. */
const schemes = new Set();

/** What Chromium can be told about permissions: CDP's name → Electron's. */
const PERMISSIONS = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  camera: 'media',
  microphone: 'media',
  midi: 'midi',
  'clipboard-read': 'clipboard-read',
  'clipboard-write': 'clipboard-sanitized-write',
  'idle-detection': 'idle-detection',
  'local-fonts': 'local-fonts',
  'storage-access': 'storage-access',
};

class Protocol {
  _handlers = new Map();
  handle(scheme, handler) {
    if (!schemes.has(scheme)) throw new Error(`electron stand-in: scheme ${scheme} was not registered`);
    this._handlers.set(scheme, handler);
  }
  unhandle(scheme) {
    this._handlers.delete(scheme);
  }
  isProtocolHandled(scheme) {
    return this._handlers.has(scheme);
  }
}

class Session extends EventEmitter {
  protocol = strict('protocol', new Protocol());
  _permissionCheck = null;
  constructor(partition) {
    super();
    this._partition = partition;
  }
  setPermissionRequestHandler(handler) {
    this._permissionRequest = handler;
  }
  setPermissionCheckHandler(handler) {
    this._permissionCheck = handler;
  }
  setDevicePermissionHandler(handler) {
    this._devicePermission = handler;
  }
  /** What the check handler says of each permission that Chromium can be told about. */
  _permissions(contents) {
    if (this._permissionCheck === null) return [];
    return Object.entries(PERMISSIONS).map(([name, asked]) => ({
      permission: { name },
      setting: this._permissionCheck(contents, asked, '', {}) ? 'granted' : 'denied',
    }));
  }
}

/** The `session` module. `announce` tells the app of each new session. */
function makeSessions(announce) {
  const made = new Map();
  const get = (partition) => {
    const known = made.get(partition);
    if (known) return known;
    const session = strict('session', new Session(partition));
    made.set(partition, session);
    announce(session);
    return session;
  };
  return {
    fromPartition: (partition) => get(partition),
    get defaultSession() {
      return get('');
    },
  };
}

module.exports = { makeSessions, schemes };
