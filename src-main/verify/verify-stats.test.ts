import { expect, test } from 'vitest';
import { serviceId } from '#contract/ids.ts';
import { COUNTED_SERVICES_MAX, LATENCY_EDGES_US, VerifyStats } from './verify-stats.ts';

const service = (number: number) => ({
  id: serviceId.parse(`svc_${String(number).padStart(16, '0')}`),
  name: `Service ${String(number)}`,
  slug: `service${String(number)}`,
  verifyPerSecondMax: null,
  keepLiveSeconds: 0,
  keepTestSeconds: 0,
});

test('every verification is counted once, under its service and code', () => {
  const stats = new VerifyStats();
  for (let index = 0; index < 30; index += 1) stats.add(40, 0, service(index % 2), 'VALID');
  for (let index = 0; index < 7; index += 1) stats.add(40, 0, service(1), 'REVOKED');
  expect(stats.counts().services).toEqual([
    { slug: 'service0', byCode: [{ code: 'VALID', count: 15 }] },
    {
      slug: 'service1',
      byCode: [
        { code: 'REVOKED', count: 7 },
        { code: 'VALID', count: 15 },
      ],
    },
  ]);
  expect(stats.figures(0).count).toBe(37);
});

test('a latency at an edge counts below it, one above every edge in the last entry', () => {
  const stats = new VerifyStats();
  const edge = LATENCY_EDGES_US.indexOf(50_000);
  stats.add(50_000, 0, service(0), 'VALID');
  stats.add(50_000.1, 0, service(0), 'VALID');
  stats.add(9_000_000, 0, service(0), 'VALID');
  const { counts, sumUs } = stats.counts().latency;
  expect(counts[edge]).toBe(1);
  expect(counts[edge + 1]).toBe(1);
  expect(counts.at(-1)).toBe(1);
  expect(counts).toHaveLength(LATENCY_EDGES_US.length + 1);
  expect(sumUs).toBeCloseTo(9_100_000.1);
});

test('any number of services makes a bounded number of counters, and none is lost', () => {
  const stats = new VerifyStats();
  const count = COUNTED_SERVICES_MAX + 100;
  for (let round = 0; round < 2; round += 1) {
    for (let number = 0; number < count; number += 1) stats.add(1, 0, service(number), 'VALID');
  }
  const { services } = stats.counts();
  expect(services).toHaveLength(COUNTED_SERVICES_MAX + 1);
  expect(services.at(-1)).toEqual({ slug: '-', byCode: [{ code: 'VALID', count: 200 }] });
  expect(services[0]?.byCode).toEqual([{ code: 'VALID', count: 2 }]);
});

test('the rate is the mean of the last ten seconds', () => {
  const stats = new VerifyStats();
  for (let index = 0; index < 50; index += 1) stats.add(1, 5_000, service(0), 'VALID');
  expect(stats.figures(5_100).requestsPerSecond).toBe(5);
  expect(stats.figures(16_000).requestsPerSecond).toBe(0);
});
