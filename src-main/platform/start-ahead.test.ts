import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { startAhead } from './start-ahead.ts';

const ECHO = `require('node:worker_threads').parentPort.once('message', (text) => {
  require('node:worker_threads').parentPort.postMessage(text);
})`;

async function answerOf(worker: Worker): Promise<unknown> {
  worker.postMessage('hello');
  const [answer] = (await once(worker, 'message')) as unknown[];
  return answer;
}

it('the thread that was started ahead is the first that is handed out, and works', async () => {
  const made: Worker[] = [];
  const create = () => {
    const worker = new Worker(ECHO, { eval: true });
    made.push(worker);
    return worker;
  };
  const next = startAhead(create);
  expect(made).toHaveLength(1);
  const first = next();
  expect(first).toBe(made[0]);
  expect(await answerOf(first)).toBe('hello');
  const second = next();
  expect(second).not.toBe(first);
  expect(await answerOf(second)).toBe('hello');
});

it('a thread that failed before it was asked for is replaced', async () => {
  const sources = ["throw new Error('at start')", ECHO];
  const made: Worker[] = [];
  const next = startAhead(() => {
    const worker = new Worker(sources[made.length] ?? ECHO, { eval: true });
    made.push(worker);
    return worker;
  });
  const [failed] = made;
  if (failed === undefined) throw new Error('Nothing was started ahead.');
  failed.ref();
  // Not `once`: it rejects for the error that is expected here.
  await new Promise((resolve) => failed.on('exit', resolve));
  expect(await answerOf(next())).toBe('hello');
});
