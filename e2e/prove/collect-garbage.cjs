// Loaded into the server and its threads by NODE_OPTIONS: garbage is collected every ten seconds, so that what stays in memory is what
// is kept. Left alone, a collection comes every twenty minutes or so, and a slope over half an hour would be that of the waiting.
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
setInterval(runInNewContext('gc'), 10_000).unref();
