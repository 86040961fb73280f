import { createServer } from 'node:net';
import type { Output } from '#contract/contract.ts';
import { errorCode } from '#main/platform/error-code.ts';
import { hasIpv6Loopback } from '#main/platform/ipv6-loopback.ts';
import { findPortHolder } from '#main/platform/port-holder.ts';

/** Ports that are looked at beyond one that is taken, for another to offer. */
const NEXT_TRIES = 20;
const PORT_MAX = 65_535;

/** Could a listener of ours open this port? Opens it for a moment, on both loopback addresses. When it is taken, the next free port is
 *  offered. Never rejects. */
export async function testPort(port: number): Promise<Output<'ports.test'>> {
  const code = await openingError(port);
  if (code === null) return { isFree: true, message: null, nextFree: null };
  const message = await refusalOf(port, code);
  for (let next = port + 1; next <= Math.min(PORT_MAX, port + NEXT_TRIES); next += 1) {
    if ((await openingError(next)) === null) return { isFree: false, message, nextFree: next };
  }
  return { isFree: false, message, nextFree: null };
}

async function refusalOf(port: number, code: string): Promise<string> {
  const name = String(port);
  if (code === 'EACCES') return `This user may not open port ${name}. Choose one above 1023.`;
  if (code !== 'EADDRINUSE') return `Port ${name} cannot be opened (${code}). Choose another one.`;
  const holder = await findPortHolder(port);
  if (holder === null) return `Port ${name} is in use by another program. Choose another one.`;
  if (holder.pid === process.pid) return `Port ${name} is one of Latchkey’s own. Choose another one.`;
  const { pid } = holder;
  return `Port ${name} is in use by ${holder.name} (process ${String(pid)}). Stop it or choose another port.`;
}

/** null when it can be opened. */
async function openingError(port: number): Promise<string | null> {
  return (await errorAt(port, '127.0.0.1')) ?? (hasIpv6Loopback() ? errorAt(port, '::1') : null);
}

function errorAt(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      resolve(errorCode(error));
    });
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () => {
      server.close(() => {
        resolve(null);
      });
    });
  });
}
