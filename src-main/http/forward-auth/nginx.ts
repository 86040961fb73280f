import { fromHeaders } from './dialect.ts';
import type { Dialect } from './dialect.ts';

/** nginx's auth_request. It tells nothing by itself and turns every answer but 2xx, 401 and 403 into 500. The ingress controller of
 *  Kubernetes sends X-Original-URL with scheme and host. */
export const nginx: Dialect = {
  name: 'nginx',
  original: fromHeaders(['x-original-method'], ['x-original-uri', 'x-original-url']),
  howToTell:
    'In the location of auth_request set: proxy_set_header X-Original-Method $request_method; proxy_set_header X-Original-URI $request_uri;',
  passesAnyStatus: false,
};
