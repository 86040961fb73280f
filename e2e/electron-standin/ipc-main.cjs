'use strict';
const { EventEmitter } = require('node:events');
const { strict, makeEvent } = require('./strict.cjs');
const wire = require('./wire.cjs');

class IpcMain extends EventEmitter {
  _handlers = new Map();
  handle(channel, listener) {
    if (this._handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    this._handlers.set(channel, listener);
  }
  removeHandler(channel) {
    this._handlers.delete(channel);
  }
}

const ipcMain = strict('ipcMain', new IpcMain());

/** Gives a message of a page to the main process. Answers what goes back, or null for a message that wants no answer. */
async function answerInvoke(contents, message) {
  const event = makeEvent({
    type: 'frame',
    sender: contents,
    senderFrame: contents.mainFrame,
    frameId: 1,
    processId: 1,
  });
  const args = wire.decode(message.args);
  if (message.kind === 'send') {
    ipcMain.emit(message.channel, event, ...args);
    return null;
  }
  try {
    const handler = ipcMain._handlers.get(message.channel);
    if (!handler) throw new Error(`No handler registered for '${message.channel}'`);
    return { id: message.id, ok: true, v: wire.encode(await handler(event, ...args)) };
  } catch (error) {
    console.error(`Error occurred in handler for '${message.channel}':`, error);
    return { id: message.id, ok: false, v: wire.encode(String(error)) };
  }
}

module.exports = { ipcMain, answerInvoke };
