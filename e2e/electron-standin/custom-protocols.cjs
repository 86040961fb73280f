'use strict';
// Stock Chromium knows no scheme of ours. A page of app://bundle is loaded from http://bundle.app.localhost instead (a secure context
// too); every request of it is stopped before the network and answered by the handler, so no server and no port exist.

const TRAFFIC = /^https?:\/\/([a-z0-9-]+)\.([a-z][a-z0-9+-]*)\.localhost(\/.*)?$/;

/** app://bundle/x → http://bundle.app.localhost/x for a scheme that was registered; anything else unchanged. */
function toChromium(address, schemes) {
  const found = /^([a-z][a-z0-9+-]*):\/\/([^/?#]*)(.*)$/.exec(address);
  if (!found || !schemes.has(found[1])) return address;
  return `http://${found[2]}.${found[1]}.localhost${found[3] || '/'}`;
}

/** The address as the app knows it: the inverse of `toChromium`. */
function toElectron(address, schemes) {
  const found = TRAFFIC.exec(address);
  return found && schemes.has(found[2]) ? `${found[2]}://${found[1]}${found[3] ?? '/'}` : address;
}

/** Answers a paused request through the handler of its scheme, as CDP's Fetch.fulfillRequest wants it. */
async function answerRequest(paused, address, handler) {
  const { method, headers, postData } = paused.request;
  const body = postData === undefined ? {} : { body: postData };
  const response = await handler(new Request(address, { method, headers, ...body }));
  const content = Buffer.from(await response.arrayBuffer());
  return {
    requestId: paused.requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: content.toString('base64'),
  };
}

module.exports = { toChromium, toElectron, answerRequest };
