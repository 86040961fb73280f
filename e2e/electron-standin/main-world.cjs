'use strict';

/** Runs in the page's own world, before its scripts: receives what the preload exposes. The two worlds share only the DOM, so
 *  everything crosses as events named after `tag`, which the page cannot guess. Its source is injected: no outer names. */
function mainWorld(tag) {
  const callbacks = new Map();
  const pending = new Map();
  let lastCallback = 0;

  const refuseSymbols = (value) => {
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (Array.isArray(value)) value.forEach(refuseSymbols);
  };

  const callPreload = (detail) => {
    refuseSymbols(detail.args);
    let reply;
    const onReply = (event) => {
      reply = event.detail;
    };
    document.addEventListener(`${tag}:ret`, onReply);
    document.dispatchEvent(new CustomEvent(`${tag}:call`, { detail }));
    document.removeEventListener(`${tag}:ret`, onReply);
    return reply;
  };

  const lower = (value) => {
    if (Array.isArray(value)) return value.map(lower);
    if (typeof value !== 'function') return value;
    lastCallback += 1;
    callbacks.set(lastCallback, value);
    return { __callback: lastCallback };
  };

  const proxied = (id) =>
    function exposed(...args) {
      const reply = callPreload({ fn: id, args: args.map(lower) });
      if (!reply) throw new Error('contextBridge: the preload world is gone');
      if (reply.threw) throw new Error(reply.threw);
      if (!reply.promise) return raise(reply.v);
      return new Promise((resolve, reject) => pending.set(reply.promise, { resolve, reject }));
    };

  const raise = (value) => {
    if (value === null || typeof value !== 'object') return value;
    if (value.__function !== undefined) return proxied(value.__function);
    if (Array.isArray(value)) return Object.freeze(value.map(raise));
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, raise(item)])));
  };

  document.addEventListener(`${tag}:settle`, ({ detail }) => {
    const waiting = pending.get(detail.id);
    pending.delete(detail.id);
    if (detail.ok) waiting?.resolve(raise(detail.v));
    else waiting?.reject(new Error(detail.v));
  });
  document.addEventListener(`${tag}:cb`, ({ detail }) => {
    const result = callbacks.get(detail.fn)?.(...detail.args.map(raise));
    const v = typeof result === 'function' ? undefined : result;
    document.dispatchEvent(new CustomEvent(`${tag}:cbret`, { detail: { v } }));
  });
  // As in Electron when the app denies: no window and null. A real window that is closed at once can leave the page hanging.
  window.open = (url = '') => {
    document.dispatchEvent(new CustomEvent(`${tag}:open`, { detail: new URL(url, location.href).href }));
    return null;
  };
  document.addEventListener(`${tag}:expose`, ({ detail }) => {
    const property = { enumerable: true, configurable: false, writable: false };
    Object.defineProperty(window, detail.key, { value: raise(detail.api), ...property });
  });
}

module.exports = { mainWorld };
