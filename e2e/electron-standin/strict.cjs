'use strict';

/** Names that JavaScript itself, Node's events and test runners look up on any object. */
const LOOKED_UP_BY_OTHERS = new Set([
  'then',
  'toJSON',
  'constructor',
  'asymmetricMatch',
  'nodeType',
  '$$typeof',
  'domain',
  'captureRejections',
]);

/** What a destroyed window or page still answers. */
const ALIVE_AFTER_DESTROY = new Set([
  'isDestroyed',
  'destroy',
  'id',
  'then',
  'constructor',
  'webContents',
  'emit',
  'on',
  'once',
  'off',
  'removeListener',
  'listenerCount',
  'removeAllListeners',
]);

/** Wraps an object so that reading a member it lacks throws: no test may pass on a silent no-op.
 *  Names with a leading underscore are the stand-in's own. */
function strict(name, target) {
  const wrapped = new WeakMap();
  // Methods run on the object itself, whose private fields a proxy cannot reach; chained calls go on with the proxy.
  const onTarget = (method) => {
    const known = wrapped.get(method);
    if (known) return known;
    const call = (...args) => {
      const result = method.apply(target, args);
      return result === target ? proxy : result;
    };
    wrapped.set(method, call);
    return call;
  };
  const proxy = new Proxy(target, {
    get(object, key) {
      const isOwn = typeof key === 'symbol' || key.startsWith('_');
      if (object._isDead && !isOwn && !ALIVE_AFTER_DESTROY.has(key)) {
        throw new TypeError('Object has been destroyed');
      }
      if (!isOwn && !(key in object) && !LOOKED_UP_BY_OTHERS.has(key)) {
        throw new Error(`electron stand-in: ${name}.${key} is not implemented`);
      }
      const value = object[key];
      return typeof value === 'function' && key !== 'constructor' ? onTarget(value) : value;
    },
  });
  return proxy;
}

/** An event object as Electron's listeners get it. */
function makeEvent(extra) {
  return {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
    ...extra,
  };
}

module.exports = { strict, makeEvent };
