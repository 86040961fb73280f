import { networkInterfaces } from 'node:os';

/** Has this machine the address ::1? */
export function hasIpv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );
}
