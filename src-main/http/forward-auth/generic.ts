import { fromHeaders } from './dialect.ts';
import type { Dialect } from './dialect.ts';

/** Traefik's forwardAuth, Caddy's forward_auth, and whatever else sends X-Forwarded-Method and X-Forwarded-Uri or lets them be set. */
export const generic: Dialect = {
  name: 'generic',
  original: fromHeaders(['x-forwarded-method', 'x-original-method'], ['x-forwarded-uri', 'x-original-uri']),
  howToTell:
    'Let the proxy set X-Forwarded-Method and X-Forwarded-Uri to the method and URI of the original request.',
  passesAnyStatus: true,
};
