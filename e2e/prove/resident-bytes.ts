import { readFileSync } from 'node:fs';

/** Memory of a process that is in the machine's memory. Linux. */
export function residentBytes(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return Number(kib) * 1_024;
}
