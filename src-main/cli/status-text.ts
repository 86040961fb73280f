import type { SystemStatus } from '#contract/system.ts';

/** The status as lines for a terminal: one subject a line, name first. */
export function statusText(status: SystemStatus): string {
  const { service, admin, verify, log, store } = status;
  const rows: readonly (readonly [string, string])[] = [
    ['Latchkey', `${status.version}, ${status.host}, since ${timeText(status.startedAt)}`],
    ['Data', status.dataDirectory],
    ['Service', listenerText(service)],
    ['Admin', listenerText(admin)],
    ['Verify', verifyText(verify)],
    [
      'Log',
      `${log.state}, ${countText(log.rowCount)} rows, ${sizeText(log.sizeBytes)}${lostText(log.lostRows)}`,
    ],
    [
      'Store',
      `${countText(store.keyCount)} keys, ${countText(store.auditCount)} audit events, ${sizeText(store.sizeBytes)}`,
    ],
    ...status.warnings.map(({ message }) => ['Warning', message] as const),
  ];
  return rows.map(([name, text]) => `${name.padEnd(10)}${text}`).join('\n');
}

function listenerText(listener: SystemStatus['service']): string {
  if (!listener.isListening) return 'not listening';
  return listener.url ?? 'listening';
}

function verifyText({ count, requestsPerSecond, latencyUs }: SystemStatus['verify']): string {
  const rate = `${countText(count)} since start, ${requestsPerSecond.toFixed(1)} a second now`;
  if (latencyUs === null) return rate;
  const [p50, p95, p99] = [latencyUs.p50, latencyUs.p95, latencyUs.p99].map((us) => us.toFixed(0));
  return `${rate}; p50 ${p50 ?? ''} µs, p95 ${p95 ?? ''} µs, p99 ${p99 ?? ''} µs`;
}

function lostText(lostRows: number): string {
  return lostRows === 0 ? '' : `, ${countText(lostRows)} rows lost`;
}

function countText(count: number): string {
  return count.toLocaleString('en-US');
}

function sizeText(bytes: number): string {
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
}
