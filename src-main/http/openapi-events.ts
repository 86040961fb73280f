import { COMMON, content, problems, ref, schema } from './openapi-parts.ts';
import { acknowledgement, KEY_EVENTS_ACK_PATH, KEY_EVENTS_PATH } from './key-events-route.ts';

type Json = Readonly<Record<string, unknown>>;

const EVENTS_TEXT = [
  'Server-sent events for verifiers that keep decisions: a change is told as soon as it is committed, before the command that made it is answered. At most 20 streams of a service; they end with the service token, and a comment comes every 15 s.',
  '`changed` has `{ "keyIds": […] }`: forget what you keep of these keys; they were revoked, suspended, rotated, or their policy changed. Only keys that hold something at this service are named. `forget`: forget everything; after a change of scopes or plans, a restore, or when it is not known what you missed. `ready`: you have been told everything until now.',
  'Every event has an id. Send the last one back in `Last-Event-ID` and you are told what you missed of the last changes; without it, or when that is not known any more, the first event is `forget`.',
  'The header `X-Latchkey-Stream` names the stream. Who acted on an event says so with its id to `POST /v1/events/ack`: then the operator sees how long a change took to reach it.',
].join('\n\n');

/** The stream of changed keys. */
export function eventPaths(): Json {
  return {
    [KEY_EVENTS_PATH]: {
      get: {
        operationId: 'keyEvents',
        summary: 'Which keys changed, as it happens',
        description: EVENTS_TEXT,
        security: [{ serviceToken: [] }],
        parameters: [{ name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } }],
        responses: {
          '200': {
            description: 'Events until one side ends them.',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          ...problems('401', '429', '503'),
        },
      },
    },
    [KEY_EVENTS_ACK_PATH]: {
      post: {
        operationId: 'acknowledgeKeyEvent',
        summary: 'Say that a change of keys was acted on',
        security: [{ serviceToken: [] }],
        requestBody: { required: true, content: content(schema(acknowledgement, 'input')) },
        responses: {
          '204': { description: 'Noted for everything up to this event.' },
          '404': {
            description: 'NOT_FOUND: this stream has ended, or was sent no such event.',
            content: { 'application/problem+json': { schema: ref('Problem') } },
          },
          ...problems(...COMMON),
        },
      },
    },
  };
}
