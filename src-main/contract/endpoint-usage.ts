import { z } from 'zod';
import { endpointUsers } from './endpoint-import.ts';
import { endpointId, serviceId, timestampMs } from './ids.ts';
import { query } from './procedure.ts';

/** Days of the log that the requests of an endpoint are counted over. */
export const ENDPOINT_USAGE_DAYS = 30;

const endpointUsage = z
  .object({
    endpointId,
    /** Keys, not revoked, that have a rule for some path of it. */
    keyCount: z.int(),
    /** Requests with a key of ours in the days counted, refused ones too. */
    requests: z.int(),
    /** The newest of them; null without any. */
    lastAt: timestampMs.nullable(),
  })
  .readonly();
export type EndpointUsage = z.infer<typeof endpointUsage>;

export const endpointUsageProcedures = {
  /** How the endpoints of a service are used, in the order of endpoints.list. A request counts for the endpoint of the catalogue that the
   *  picker would name it by: the first by path that fits. */
  'endpoints.usage': query(
    'viewer',
    z.strictObject({ serviceId }),
    z.object({
      items: z.array(endpointUsage).readonly(),
      /** false: there are so many keys that not all were looked at. The counts of keys are then at least so many. */
      areKeysWhole: z.boolean(),
      /** Requests are counted back to here. */
      from: timestampMs,
      /** false: there were so many that counting stopped before it reached that many days. */
      areRequestsWhole: z.boolean(),
    }),
    ['SERVICE_NOT_FOUND'],
  ),
  /** Who may call one endpoint of the catalogue, and by which rules. */
  'endpoints.users': query(
    'viewer',
    z.strictObject({ endpointId }),
    z.object({ ...endpointUsers, areKeysWhole: z.boolean() }),
    ['ENDPOINT_NOT_FOUND'],
  ),
} as const;
