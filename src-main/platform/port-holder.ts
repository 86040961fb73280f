import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A program that listens on a port. */
export interface PortHolder {
  readonly name: string;
  readonly pid: number;
}

const LISTENING = '0A';

/** Which program listens on a port of this machine; null where that cannot be known: on other systems than Linux, and for programs of
 *  other users. `proc` = where the system tells it. Never rejects. */
export async function findPortHolder(port: number, proc = '/proc'): Promise<PortHolder | null> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readLines(join(proc, 'net', name))));
  const sockets = new Set(tables.flat().flatMap((line) => listeningSocket(line, port)));
  if (sockets.size === 0) return null;
  const pids = (await readNames(proc)).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const folder = join(proc, pid, 'fd');
    for (const handle of await readNames(folder)) {
      const target = await readlink(join(folder, handle)).catch(() => '');
      if (!sockets.has(target)) continue;
      const [name = ''] = await readLines(join(proc, pid, 'comm'));
      return { name: name === '' ? 'a program' : name, pid: Number(pid) };
    }
  }
  return null;
}

/** The socket of a line of /proc/net/tcp that stands for a listener on the port, as the handles of a process name it. */
function listeningSocket(line: string, port: number): string[] {
  const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
  const localPort = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
  return state === LISTENING && localPort === port ? [`socket:[${inode}]`] : [];
}

async function readLines(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8').catch(() => '')).trim().split('\n');
}

function readNames(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
