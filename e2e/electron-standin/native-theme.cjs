'use strict';
const { EventEmitter } = require('node:events');

class NativeTheme extends EventEmitter {
  #source = 'system';
  get themeSource() {
    return this.#source;
  }
  set themeSource(value) {
    this.#source = value;
    this.emit('updated');
  }
  get shouldUseDarkColors() {
    return this.#source === 'dark';
  }
}

module.exports = { nativeTheme: new NativeTheme() };
