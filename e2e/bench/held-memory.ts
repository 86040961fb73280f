import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

const INSPECTOR = 'http://127.0.0.1:9229/json';
const TRIES = 50;
const PAUSE_MS = 100;

/** Bytes that the main thread of a Node process holds after a full collection: objects, and buffers outside of its heap. It is asked
 *  through Node's inspector, which the signal opens and which is closed again: one process at a time. */
export async function heldBytes(pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await inspectorAddress());
  await once(socket, 'open');
  try {
    await ask(socket, 1, 'HeapProfiler.collectGarbage', {});
    const { result } = await ask(socket, 2, 'Runtime.evaluate', {
      expression: '(({ heapUsed, arrayBuffers }) => heapUsed + arrayBuffers)(process.memoryUsage())',
    });
    await ask(socket, 3, 'Runtime.evaluate', {
      expression: `setTimeout(() => process.getBuiltinModule('node:inspector').close(), ${String(PAUSE_MS)}), 0`,
    });
    return Number(result?.value);
  } finally {
    socket.close();
    await wait(3 * PAUSE_MS);
  }
}

async function inspectorAddress(): Promise<string> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    // Refused until it is open.
    const answer = await fetch(INSPECTOR).catch(() => null);
    const targets = (await answer?.json()) as
      readonly { readonly webSocketDebuggerUrl: string }[] | undefined;
    if (targets?.[0] !== undefined) return targets[0].webSocketDebuggerUrl;
    await wait(PAUSE_MS);
  }
  throw new Error('The inspector of the server did not open.');
}

interface Answer {
  readonly result?: { readonly value?: unknown };
}

async function ask(socket: WebSocket, id: number, method: string, params: object): Promise<Answer> {
  const answered = new Promise<Answer>((resolve) => {
    socket.addEventListener('message', function listen({ data }) {
      const message = JSON.parse(String(data)) as { readonly id?: number; readonly result?: Answer };
      if (message.id !== id) return;
      socket.removeEventListener('message', listen);
      resolve(message.result ?? {});
    });
  });
  socket.send(JSON.stringify({ id, method, params }));
  return answered;
}
