import type { ServerResponse } from 'node:http';
import type { z } from 'zod';
import { inputProblem } from './input-problem.ts';
import { JSON_DEPTH_MAX, parseJsonBody } from './json-body.ts';
import { sendProblem } from './problem.ts';

/** The body of a call as its schema gives it; null when it is none: then 400 with the field and why was sent. */
export function readInput<T extends z.ZodType>(
  schema: T,
  body: Buffer,
  response: ServerResponse,
  requestId: string,
): z.output<T> | null {
  const json = parseJsonBody(body, JSON_DEPTH_MAX);
  if (!json.ok) {
    sendProblem(response, { status: 400, code: 'BAD_REQUEST', detail: json.message, requestId });
    return null;
  }
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  sendProblem(response, { status: 400, requestId, ...inputProblem(parsed.error) });
  return null;
}
