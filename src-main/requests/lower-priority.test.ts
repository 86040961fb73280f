import { constants, getPriority } from 'node:os';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

it.runIf(process.platform === 'linux')(
  'the calling thread steps back, and no other thread of the process',
  async () => {
    const before = getPriority();
    const worker = new Worker(
      `import { readlinkSync } from 'node:fs';
     import { getPriority } from 'node:os';
     import { parentPort } from 'node:worker_threads';
     import { lowerPriority, STEPS_TO_LAST } from ${JSON.stringify(new URL('./lower-priority.ts', import.meta.url).href)};
     const mine = () => getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)));
     lowerPriority();
     const back = mine();
     lowerPriority(STEPS_TO_LAST);
     parentPort.postMessage([back, mine()]);`,
      { eval: true },
    );
    expect(await once(worker, 'message')).toEqual([[before + 5, constants.priority.PRIORITY_LOW]]);
    expect(getPriority()).toBe(before);
    await worker.terminate();
  },
);
