import { z } from 'zod';
import { command, query } from './procedure.ts';

/** Days of traffic that sample data show. */
export const SAMPLE_DAYS = 28;

/** Endpoints of an API to try things out with, one `METHOD /path` a line. */
export const SAMPLE_LINES = [
  'GET /inventory',
  'GET /inventory/{id}',
  'PUT /inventory/{id}',
  'GET /offers',
  'POST /offers',
  'GET /offers/{id}',
  'DELETE /offers/{id}',
  'GET /orders',
  'POST /orders',
].join('\n');

const sampleCounts = z.object({ keys: z.int(), requests: z.int() }).readonly();

export const sampleProcedures = {
  /** Are there sample data now? */
  'samples.get': query('viewer', z.strictObject({}), z.object({ isThere: z.boolean() })),
  /** Adds partners, a service, keys and four weeks of requests that show what the screens can do. Refuses with WRONG_STATUS while
   *  there are some. */
  'samples.create': command('admin', z.strictObject({}), sampleCounts, [
    'WRONG_STATUS',
    'NAME_TAKEN',
    'SLUG_TAKEN',
  ]),
  /** Removes them, and all that was made under their partners and service, from the store and from the request log. The audit
   *  trail keeps that they were there. Refuses with WRONG_STATUS when there are none. */
  'samples.delete': command('admin', z.strictObject({}), sampleCounts, ['WRONG_STATUS']),
} as const;
