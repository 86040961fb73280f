'use strict';
// Notices of the system: shown to nobody, kept for tests.
const { EventEmitter } = require('node:events');

class Notification extends EventEmitter {
  /** Every notice that was shown, for tests. */
  static _shown = [];
  static isSupported() {
    return true;
  }
  constructor(options) {
    super();
    this._options = options;
  }
  show() {
    Notification._shown.push(this);
  }
  close() {
    this.emit('close');
  }
}

module.exports = { Notification };
