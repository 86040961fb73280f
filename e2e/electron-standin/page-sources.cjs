'use strict';
// The two scripts that are injected into every document of a window.
const crypto = require('node:crypto');
const { isolatedWorld } = require('./isolated-world.cjs');
const { mainWorld } = require('./main-world.cjs');
const { wire } = require('./wire.cjs');

const WORLD = 'Electron Isolated Context';
const BINDING = '__standinIpc';

/** Sources for the page's own world and for the isolated one, which runs the preload. Top frame only, as with Electron's default. */
function pageSources(preload) {
  const tag = `standin${crypto.randomBytes(12).toString('hex')}`;
  const facts = {
    platform: process.platform,
    arch: process.arch,
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
    versions: { ...process.versions },
  };
  const world = `(${isolatedWorld})(${JSON.stringify(tag)}, (${wire})(), '${BINDING}', ${JSON.stringify(facts)})`;
  return {
    main: `if (window === window.top) (${mainWorld})(${JSON.stringify(tag)});`,
    isolated: `if (window === window.top) {
      const { require, process } = ${world};
      try {
        (function (require, process, module, exports) {\n${preload}\n})(require, process, { exports: {} }, {});
      } catch (error) {
        console.error('Unable to load preload script', error);
      }
    }`,
  };
}

module.exports = { pageSources, WORLD, BINDING };
