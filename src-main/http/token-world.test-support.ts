import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { z } from 'zod';
import { verifyResponse, type VerifyRequest, type VerifyResponse } from '#contract/verify.ts';
import { openDialectHouse } from './dialect-world.test-support.ts';
import { post } from './house.test-support.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

const answer = z.strictObject({
  access_token: z.string(),
  issued_token_type: z.literal(ACCESS_TOKEN),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  scope: z.string(),
});
const jwksAnswer = z.object({ keys: z.array(z.record(z.string(), z.string())) });
const part = (text: string) =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));

/** A token exchange of the service trade, as clients send it. */
export const exchangeOf = (key: string) => ({
  grant_type: GRANT,
  subject_token: key,
  subject_token_type: ACCESS_TOKEN,
  audience: 'trade',
});

/** A house whose service trade takes tokens, and what clients and checkers do with it over HTTP. */
export async function openTokenHouse() {
  const world = await openDialectHouse();
  await world.ok('settings.update', { shedLagMs: 0, failuresMax: 0 }, z.unknown());
  await world.ok('tokenExchange.update', { serviceId: world.trade.id, isOn: true }, z.unknown());
  const { url } = world.house.service;
  const ask = (parameters: Record<string, string>, type: 'form' | 'json' = 'form'): Promise<Response> => {
    const isForm = type === 'form';
    return fetch(`${url}/v1/token`, {
      method: 'POST',
      headers: { 'Content-Type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
      body: isForm ? new URLSearchParams(parameters).toString() : JSON.stringify(parameters),
    });
  };
  const jwks = async () => {
    const response = await fetch(`${url}/.well-known/jwks.json`);
    const { keys } = jwksAnswer.parse(await response.json());
    return { keys, cacheControl: response.headers.get('cache-control') };
  };
  return {
    ...world,
    ask,
    jwks,
    tokenFor: async (key: string, more: Record<string, string> = {}) => {
      const response = await ask({ ...exchangeOf(key), ...more });
      const body: unknown = await response.json();
      if (response.status !== 200) throw new Error(JSON.stringify(body));
      return answer.parse(body);
    },
    refused: async (parameters: Record<string, string>, type: 'form' | 'json' = 'form') => {
      const response = await ask(parameters, type);
      const error = z.strictObject({ error: z.string(), error_description: z.string() });
      return { status: response.status, ...error.parse(await response.json()) };
    },
    /** Checks a token as anybody can: with the published keys and nothing else of ours. null = it is not good. */
    checkOffline: async (token: string): Promise<Record<string, unknown> | null> => {
      const [head = '', body = '', signature = ''] = token.split('.');
      const { kid, alg } = part(head);
      const jwk = (await jwks()).keys.find((key) => key['kid'] === kid && key['alg'] === alg);
      if (jwk === undefined) return null;
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const signed = Buffer.from(`${head}.${body}`);
      const bytes = Buffer.from(signature, 'base64url');
      return verifySignature('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, bytes) ? part(body) : null;
    },
    kidOf: (token: string) => String(part(token.split('.')[0] ?? '')['kid']),
    verify: async (
      key: string,
      more: Partial<VerifyRequest> = {},
      serviceToken = world.trade.token,
    ): Promise<VerifyResponse> => {
      const body = { key, method: 'GET', path: '/inventory/42', ...more };
      return verifyResponse.parse(await post(`${url}/v1/verify`, serviceToken, body));
    },
    rowsOf: async (keyId: string) => {
      const row = z.object({ code: z.string(), tags: z.array(z.string()) });
      const rows = z.object({ items: z.array(row) });
      return (await world.ok('requests.list', { filter: { keyId } }, rows)).items;
    },
  };
}
