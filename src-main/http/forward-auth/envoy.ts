import type { Dialect } from './dialect.ts';

const PREFIX = '/forward-auth/envoy';

/** Envoy's HTTP ext_authz: the original method, and the original path behind its path_prefix. Only exactly 200 lets a request pass. */
export const envoy: Dialect = {
  name: 'envoy',
  original: ({ method, target }) => {
    const rest = target.slice(PREFIX.length);
    return { method, target: rest.startsWith('/') ? rest : null };
  },
  howToTell: 'Set path_prefix of the http_service to /forward-auth/envoy, with no slash at its end.',
  passesAnyStatus: true,
};
