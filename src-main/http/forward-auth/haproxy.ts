import { fromHeaders } from './dialect.ts';
import type { Dialect } from './dialect.ts';

/** HAProxy, which asks through Lua and therefore says what the script makes it say. */
export const haproxy: Dialect = {
  name: 'haproxy',
  original: fromHeaders(['x-original-method'], ['x-original-uri']),
  howToTell: 'Let the Lua script send X-Original-Method and X-Original-URI, as the generated one does.',
  passesAnyStatus: true,
};
