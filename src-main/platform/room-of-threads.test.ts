import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const MODULE = new URL('./room-of-threads.ts', import.meta.url).href;
/** Makes objects that live a while, and answers how many MB the new ones had. */
const FILL = `
  const { getHeapSpaceStatistics } = require('node:v8');
  function fill() {
    let kept = [];
    for (let index = 0; index < 400_000; index += 1) {
      kept.push({ index, more: [index] });
      if (kept.length > 20_000) kept = [];
    }
    const space = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
    return Math.round(space.space_size / 2 ** 20);
  }`;
const PROGRAM = `
  ${FILL}
  const { Worker } = require('node:worker_threads');
  import('${MODULE}').then(({ giveThreadsRoom }) => {
    giveThreadsRoom();
    const thread = new Worker(${JSON.stringify(`${FILL} require('node:worker_threads').parentPort.postMessage(fill());`)}, { eval: true });
    thread.once('message', (ofThread) => console.log(JSON.stringify({ ofThread, ofMain: fill() })));
  });`;

it('a thread has room of its own, and the thread that decides keeps the little that it was started with', () => {
  const output = execFileSync(process.execPath, ['--max-semi-space-size=1', '-e', PROGRAM], {
    encoding: 'utf8',
  });
  const { ofThread, ofMain } = JSON.parse(output) as { ofThread: number; ofMain: number };
  expect(ofMain).toBeLessThanOrEqual(2);
  expect(ofThread).toBeGreaterThan(2);
});
