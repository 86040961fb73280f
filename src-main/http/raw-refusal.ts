import type { ProblemCode } from '#contract/verify.ts';
import { problemBody } from './problem.ts';

interface RawRefusal {
  readonly status: string;
  readonly code: ProblemCode;
  readonly detail: string;
}

/** The whole answer to bytes that Node's parser refused, by the code of its error. There is no request object to answer then. */
export function rawRefusal(parserCode: string): string {
  const { status, code, detail } = refusalOf(parserCode);
  const body = JSON.stringify(
    problemBody({ status: Number.parseInt(status, 10), code, detail, requestId: 'none' }),
  );
  return [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function refusalOf(parserCode: string): RawRefusal {
  switch (parserCode) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: '431 Request Header Fields Too Large',
        code: 'HEADERS_TOO_LARGE',
        detail: 'Send at most 8 KiB of headers.',
      };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return {
        status: '413 Payload Too Large',
        code: 'BODY_TOO_LARGE',
        detail: 'Send the body without chunk extensions.',
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: '408 Request Timeout',
        code: 'BAD_REQUEST',
        detail: 'The request did not arrive in time. Send it again.',
      };
    default:
      return { status: '400 Bad Request', code: 'BAD_REQUEST', detail: 'This is not a valid HTTP request.' };
  }
}
