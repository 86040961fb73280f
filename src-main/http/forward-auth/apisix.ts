import { fromHeaders } from './dialect.ts';
import type { Dialect } from './dialect.ts';

/** APISIX's forward-auth plugin. It sends of the client's own headers only those that `request_headers` names. */
export const apisix: Dialect = {
  name: 'apisix',
  original: fromHeaders(['x-forwarded-method'], ['x-forwarded-uri']),
  howToTell:
    'The forward-auth plugin sends X-Forwarded-Method and X-Forwarded-Uri; take care that nothing in between removes them.',
  passesAnyStatus: true,
};
