'use strict';
// One clipboard per process, in memory: tests must not see or change that of the desktop they run on.
const { strict } = require('./strict.cjs');

class ClipboardItem {
  #parts;
  constructor(parts) {
    this.#parts = new Map(Object.entries(parts));
  }
  get types() {
    return [...this.#parts.keys()];
  }
  async getType(type) {
    if (!this.#parts.has(type)) throw new Error(`The clipboard item has no ${type}`);
    const part = await this.#parts.get(type);
    return part instanceof Blob ? part : new Blob([part], { type });
  }
}

let held = [];

const textOf = async () => {
  const item = held.find(({ types }) => types.includes('text/plain'));
  return item === undefined ? '' : (await item.getType('text/plain')).text();
};

const clipboard = strict('clipboard', {
  read: async () => held,
  readText: textOf,
  has: async (type) => held.some(({ types }) => types.includes(type)),
  write: async (items) => {
    held = [...items];
  },
  writeText: async (text) => {
    held = [new ClipboardItem({ 'text/plain': text })];
  },
  clear: () => {
    held = [];
  },
});

module.exports = { clipboard, ClipboardItem };
