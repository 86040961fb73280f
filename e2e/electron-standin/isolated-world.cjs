'use strict';

/** Runs in an isolated world beside the page and gives the preload its `require('electron')`. `codec` is the wire's, `binding` names
 *  the function that only this world has and that reaches the main process. Its source is injected: no outer names. */
function isolatedWorld(tag, codec, binding, processFacts) {
  const functions = new Map();
  let lastFunction = 0;
  let lastCall = 0;
  const emit = (type, detail) => document.dispatchEvent(new CustomEvent(tag + type, { detail }));

  const lower = (value) => {
    if (typeof value === 'function') {
      lastFunction += 1;
      functions.set(lastFunction, value);
      return { __function: lastFunction };
    }
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(lower);
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, lower(item)]));
  };

  const callbackOf =
    (id) =>
    (...args) => {
      let result;
      const onResult = (event) => {
        result = event.detail?.v;
      };
      document.addEventListener(`${tag}:cbret`, onResult);
      emit(':cb', { fn: id, args: args.map(lower) });
      document.removeEventListener(`${tag}:cbret`, onResult);
      return result;
    };

  const raise = (value) => {
    if (Array.isArray(value)) return value.map(raise);
    const isCallback = value !== null && typeof value === 'object' && value.__callback !== undefined;
    return isCallback ? callbackOf(value.__callback) : value;
  };

  const settle = (promise) => {
    lastCall += 1;
    const id = lastCall;
    promise.then(
      (value) => emit(':settle', { id, ok: true, v: lower(value) }),
      (error) => emit(':settle', { id, ok: false, v: String(error?.message ?? error) }),
    );
    return { promise: id };
  };

  document.addEventListener(`${tag}:call`, ({ detail }) => {
    let reply;
    try {
      const result = functions.get(detail.fn)(...detail.args.map(raise));
      reply = typeof result?.then === 'function' ? settle(result) : { v: lower(result) };
    } catch (error) {
      reply = { threw: String(error?.message ?? error) };
    }
    emit(':ret', reply);
  });

  const waiting = new Map();
  const listeners = new Map();
  let lastInvoke = 0;
  const post = (kind, channel, args, id) =>
    globalThis[binding](JSON.stringify({ kind, channel, id, args: codec.encode(args) }));

  document.addEventListener(`${tag}:open`, ({ detail }) => post('open', detail, []));

  globalThis.__standinReceive = (message) => {
    if (!message.id) {
      const event = { sender: ipcRenderer, senderId: 0, ports: [] };
      for (const listener of [...(listeners.get(message.channel) ?? [])]) {
        listener(event, ...codec.decode(message.args));
      }
      return;
    }
    const { resolve, reject, channel } = waiting.get(message.id);
    waiting.delete(message.id);
    const value = codec.decode(message.v);
    if (message.ok) resolve(value);
    else reject(new Error(`Error invoking remote method '${channel}': ${value}`));
  };

  const ipcRenderer = {
    invoke: (channel, ...args) =>
      new Promise((resolve, reject) => {
        lastInvoke += 1;
        waiting.set(lastInvoke, { resolve, reject, channel });
        post('invoke', channel, args, lastInvoke);
      }),
    send: (channel, ...args) => post('send', channel, args),
    sendSync: () => {
      throw new Error('electron stand-in: sendSync is not supported');
    },
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return this;
    },
    removeListener(channel, listener) {
      const kept = (listeners.get(channel) ?? []).filter((item) => item !== listener);
      listeners.set(channel, kept);
      return this;
    },
  };
  const contextBridge = { exposeInMainWorld: (key, api) => emit(':expose', { key, api: lower(api) }) };

  const require = (name) => {
    if (name === 'electron' || name.startsWith('electron/')) return { contextBridge, ipcRenderer };
    throw new Error(`module not found: ${name} (a sandboxed preload has only electron)`);
  };
  return { require, process: processFacts };
}

module.exports = { isolatedWorld };
