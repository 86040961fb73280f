import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { findPortHolder } from './port-holder.ts';

const isLinux = process.platform === 'linux';

it.runIf(isLinux)(
  'the program that listens on a port is named, on both families, and nobody once it stopped',
  async () => {
    for (const host of ['127.0.0.1', '::1']) {
      const server = createServer();
      const isOpen = await new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen(0, host, () => resolve(true));
      });
      if (!isOpen) continue;
      const { port } = server.address() as AddressInfo;
      expect(await findPortHolder(port)).toMatchObject({ pid: process.pid });
      await new Promise((resolve) => server.close(resolve));
      expect(await findPortHolder(port)).toBeNull();
    }
  },
);

it('nobody is named where the system does not tell', async () => {
  expect(await findPortHolder(7_420, '/nowhere')).toBeNull();
});
