// Loaded into the server and its threads by NODE_OPTIONS: garbage is collected every five seconds, so that what stays in memory is what
// is kept, and each thread writes down how much that is. Left alone, a collection comes every twenty minutes or so, and a slope over half
// an hour would be that of the waiting.
const { appendFileSync } = require('node:fs');
const { getHeapStatistics, setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const { threadId } = require('node:worker_threads');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

setInterval(() => {
  collect();
  const line = JSON.stringify({ thread: threadId, bytes: getHeapStatistics().used_heap_size });
  appendFileSync(process.env.LATCHKEY_KEPT_FILE, `${line}\n`);
}, 5_000).unref();
