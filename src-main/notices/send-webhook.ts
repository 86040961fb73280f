import { createHmac } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { WEBHOOK_MS_MAX } from '#contract/notice-channels.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { StoredDelivery, StoredNotice } from '#main/sqlite/notice-queries.ts';
import type { WebhookCredential } from './manage-webhooks.ts';
import { connectHost, parseWebhookUrl } from './receiver-address.ts';
import { noticeKindOf, pageOf, saidOf, sentencesOf } from './say-notices.ts';

/** Body of a webhook: the same bytes at every attempt and replay. */
export function webhookBody(delivery: StoredDelivery, notices: readonly StoredNotice[]): string {
  const [notice] = notices;
  const said = notice === undefined ? null : saidOf(notice);
  return JSON.stringify({
    id: notice?.id ?? delivery.id,
    kind: delivery.kind ?? 'test',
    at: notice?.atMs ?? delivery.createdAtMs,
    text: sentencesOf(notices).join(' '),
    subject: said?.subject ?? null,
    data: said?.data ?? {},
    page: pageOf(noticeKindOf(delivery), notices),
  });
}

/** Hex of HMAC-SHA-256 over `timestamp.body`; the timestamp, in seconds, is in a header of its own, so that a receiver can refuse what
 *  is old. */
export function webhookSignature(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex');
}

/** Sends one event over a connection of its own. null = it was taken (2xx); otherwise why not, in words. No redirect is followed, no
 *  proxy of the environment is used, and the body of the answer is not read. Never rejects. */
export function sendWebhook(
  credential: WebhookCredential,
  event: { readonly id: string; readonly deliveryId: string; readonly body: string; readonly atMs: number },
  options: { readonly signal: AbortSignal; readonly limitMs?: number },
): Promise<string | null> {
  const url = parseWebhookUrl(credential.url);
  const { signal, limitMs = WEBHOOK_MS_MAX } = options;
  const timestamp = String(Math.floor(event.atMs / 1_000));
  const timeLimit = AbortSignal.timeout(limitMs);
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(
      {
        hostname:
          url.protocol === 'https:' ? url.hostname.replaceAll(/[[\]]/g, '') : connectHost(url.hostname),
        port: url.port,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        agent: false,
        signal: AbortSignal.any([signal, timeLimit]),
        headers: {
          Host: url.host,
          'User-Agent': 'Latchkey',
          'Content-Type': 'application/json',
          'Content-Length': String(Buffer.byteLength(event.body)),
          'Latchkey-Event': event.id,
          'Latchkey-Delivery': event.deliveryId,
          'Latchkey-Timestamp': timestamp,
          'Latchkey-Signature': `v1=${webhookSignature(credential.secret, timestamp, event.body)}`,
        },
      },
      (incoming) => {
        const status = incoming.statusCode ?? 0;
        incoming.destroy();
        resolve(problemOf(status));
      },
    );
    outgoing.on('error', (error) => {
      const seconds = String(limitMs / 1_000);
      resolve(
        timeLimit.aborted
          ? `No answer within ${seconds} s.`
          : `No connection (${errorCode(error) || 'unknown error'}).`,
      );
    });
    outgoing.end(event.body);
  });
}

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `Answered ${String(status)}: redirects are not followed.`;
  return `Answered ${String(status)}.`;
}
