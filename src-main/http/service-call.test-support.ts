import { expect } from 'vitest';
import { problem } from '#contract/verify.ts';
import { SERVICE_TOKEN } from './doors.test-support.ts';

/** Calls the listener at `url()`: POST with JSON when there is a body, as the service that the test doors know. */
export function callerOf(url: () => string) {
  return async function call(
    path: string,
    {
      body,
      token = SERVICE_TOKEN,
      headers = {},
      method,
    }: {
      body?: unknown;
      token?: string | null;
      headers?: Record<string, string>;
      method?: string;
    } = {},
  ) {
    const isText = typeof body === 'string';
    const response = await fetch(`${url()}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as unknown) : null,
    };
  };
}

/** Expects a problem body with this status and code; gives it. */
export async function refusedWith(
  answer: ReturnType<ReturnType<typeof callerOf>>,
  status: number,
  code: string,
) {
  const { body, headers, status: actual } = await answer;
  expect(body).toMatchObject({ status, code });
  expect(actual).toBe(status);
  expect(problem.parse(body).requestId).toMatch(/^req_/);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(headers.get('x-powered-by')).toBeNull();
  return problem.parse(body);
}
