'use strict';

/** A text encoding with the reach of structured clone. One function, since its source also runs inside the page. */
function wire() {
  const toBase64 = (bytes) => {
    let text = '';
    for (let start = 0; start < bytes.length; start += 8192) {
      text += String.fromCharCode(...bytes.subarray(start, start + 8192));
    }
    return btoa(text);
  };
  const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

  const encode = (value) => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : { $: 'num', v: String(value) };
    if (value === undefined) return { $: 'undef' };
    if (typeof value === 'bigint') return { $: 'big', v: String(value) };
    if (typeof value === 'function' || typeof value === 'symbol') {
      throw new Error('An object could not be cloned.');
    }
    if (Array.isArray(value)) return value.map(encode);
    if (value instanceof Date) return { $: 'date', v: value.getTime() };
    if (value instanceof Map)
      return { $: 'map', v: [...value].map(([key, item]) => [encode(key), encode(item)]) };
    if (value instanceof Set) return { $: 'set', v: [...value].map(encode) };
    if (value instanceof Error) return { $: 'err', v: value.message, n: value.name };
    if (value instanceof ArrayBuffer) return { $: 'buf', v: toBase64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) {
      return { $: 'u8', v: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    }
    return { $: 'obj', v: Object.entries(value).map(([key, item]) => [key, encode(item)]) };
  };

  const decode = (value) => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(decode);
    switch (value.$) {
      case 'num':
        return Number(value.v);
      case 'undef':
        return undefined;
      case 'big':
        return BigInt(value.v);
      case 'date':
        return new Date(value.v);
      case 'map':
        return new Map(value.v.map(([key, item]) => [decode(key), decode(item)]));
      case 'set':
        return new Set(value.v.map(decode));
      case 'err':
        return Object.assign(new Error(value.v), { name: value.n });
      case 'buf':
        return fromBase64(value.v).buffer;
      case 'u8':
        return fromBase64(value.v);
      default:
        return Object.fromEntries(value.v.map(([key, item]) => [key, decode(item)]));
    }
  };

  return { encode: (value) => JSON.stringify(encode(value)), decode: (text) => decode(JSON.parse(text)) };
}

module.exports = { wire, ...wire() };
