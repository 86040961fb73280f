'use strict';
// Menus and trays as data that tests can read and click.
const { EventEmitter } = require('node:events');
const { app } = require('./app.cjs');
const { strict } = require('./strict.cjs');

class MenuItem {
  constructor(options) {
    const { submenu, role } = options;
    Object.assign(this, {
      type: submenu ? 'submenu' : 'normal',
      enabled: true,
      visible: true,
      label: role ?? '',
      ...options,
    });
    if (Array.isArray(submenu)) this.submenu = Menu.buildFromTemplate(submenu);
    this.click = () => {
      if (role === 'quit') app.quit();
      options.click?.(this, undefined, {});
    };
  }
}

class Menu extends EventEmitter {
  static #application = null;
  items = [];
  static buildFromTemplate(template) {
    const menu = new Menu();
    for (const options of template)
      menu.append(options instanceof MenuItem ? options : new MenuItem(options));
    return strict('Menu', menu);
  }
  static setApplicationMenu(menu) {
    Menu.#application = menu;
  }
  static getApplicationMenu() {
    return Menu.#application;
  }
  append(item) {
    this.items.push(item);
  }
}

class Tray extends EventEmitter {
  /** Every tray, for tests. */
  static _all = [];
  #isDead = false;
  constructor(image) {
    super();
    this._image = image;
    Tray._all.push(this);
  }
  setToolTip(text) {
    this._toolTip = text;
  }
  setContextMenu(menu) {
    this._menu = menu;
  }
  setImage(image) {
    this._image = image;
  }
  destroy() {
    this.#isDead = true;
  }
  isDestroyed() {
    return this.#isDead;
  }
}

module.exports = { Menu, MenuItem, Tray };
