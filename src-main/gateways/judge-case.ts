import type { GatewayTestRow } from '#contract/gateways.ts';
import { FORGED_KEY_ID } from './gateway-cases.ts';
import type { PlannedCase } from './gateway-cases.ts';
import type { TestKeys } from './make-test-keys.ts';
import type { ProbeResult } from './probe.ts';

type Verdict = Pick<GatewayTestRow, 'seenStatus' | 'seenCode' | 'isOk' | 'hint'>;
type Answered = Extract<ProbeResult, { kind: 'answered' }>;

/** What an answer says about the gateway. Pure. The hint never holds what came back: only what to change. */
export function judgeCase(
  planned: PlannedCase,
  result: ProbeResult,
  keys: Pick<TestKeys, 'good' | 'goodKeyId'>,
): Verdict {
  if (result.kind === 'failed') {
    return { seenStatus: null, seenCode: null, isOk: false, hint: connectionHint(result.code) };
  }
  const seen = { seenStatus: result.status, seenCode: problemCode(result) };
  const hint = statusHint(planned, seen);
  if (hint !== null) return { ...seen, isOk: false, hint };
  return { ...seen, ...contentVerdict(planned, result, keys) };
}

/** Did a request without a good key reach the service, as far as can be seen? Then nothing else should be tried. */
export function letsEverybodyIn({ seenStatus }: Verdict, planned: PlannedCase): boolean {
  return planned.case === 'missing' && seenStatus !== null && seenStatus < 300;
}

function statusHint(
  { expectedStatus, alsoFine, case: name }: PlannedCase,
  seen: Pick<Verdict, 'seenStatus' | 'seenCode'>,
): string | null {
  const status = seen.seenStatus ?? 0;
  if (seen.seenCode?.startsWith('SERVICE_TOKEN_') === true) {
    return 'Latchkey was asked with a missing or old service token. Put the current token of the service where the generated configuration says, then restart or reload the proxy.';
  }
  if (seen.seenCode === 'GATEWAY_MISCONFIGURED') {
    return 'The proxy does not tell Latchkey the original method or URI. Compare its lines for X-Original-… or X-Forwarded-… with the generated configuration.';
  }
  if (seen.seenCode === 'SERVICE_THROTTLED') {
    return 'Too many failed attempts came from this address lately, so Latchkey answers no more of them. Wait some minutes and test again.';
  }
  if (expectedStatus === null) return serviceHint(name, status, seen.seenCode);
  if (status === expectedStatus || alsoFine.includes(status)) return null;
  return refusalHint(expectedStatus, status);
}

function serviceHint(name: PlannedCase['case'], status: number, code: string | null): string | null {
  if (code === 'MISSING_KEY') {
    return 'The key does not reach Latchkey. Name Authorization and X-API-Key in allowed_headers (Envoy), request_headers (APISIX) or authRequestHeaders (Traefik).';
  }
  if (code === 'INSUFFICIENT_SCOPE') {
    return 'Latchkey was told another path or method than was sent. Ask before the proxy rewrites the path, and pass the original URI.';
  }
  if (code === 'HEADERS_CONFLICT') {
    return 'Headers about the original request contradict each other. Let the proxy remove X-Original-… and X-Forwarded-… of its clients.';
  }
  if (status === 401 || status === 403 || status === 429) {
    return name === 'good'
      ? 'A good key was refused. Another rule of the proxy or the service itself may refuse; or the key does not reach Latchkey.'
      : 'A good key was refused here, although only its header or other headers differ.';
  }
  if (status >= 300 && status < 400) {
    return 'The proxy answers with a redirect, which is not followed. Give the address that it leads to.';
  }
  if (status === 421)
    return 'The proxy does not know this host. Use the address and host name that callers use.';
  if (status >= 500) {
    return 'The proxy let the request pass, or could not ask, and then failed. Look whether the service runs, and in the error log of the proxy.';
  }
  return null;
}

function refusalHint(expected: number, status: number): string {
  if (status < 300) {
    return expected === 429
      ? 'The limit was not kept. Something between here and Latchkey keeps decisions, for example a cache of auth requests: switch it off.'
      : 'The request was let through. Nothing asks Latchkey at this path, or its answer is not heeded: fail-open options such as failure_mode_allow or allow_degradation have to be off.';
  }
  if (status < 400)
    return 'The proxy answers with a redirect, which is not followed. Give the address that it leads to.';
  if (status === 404 || status === 421) {
    return 'The proxy has no route for this host and path. Use the address and host name that callers use.';
  }
  if (status === 500) {
    return 'The proxy turns the refusal into 500. nginx does that with every answer of auth_request but 401 and 403: use the nginx address of Latchkey and the error_page lines of the generated configuration. 500 for every request means that Latchkey cannot be reached.';
  }
  if (status > 500) {
    return 'Latchkey cannot be reached from the proxy, or answered too late. Check the address in the configuration; nothing is let through meanwhile.';
  }
  if (status === 403) {
    return 'The status in X-Latchkey-Status was not put in place of 403. Keep the error_page lines and the location they lead to.';
  }
  return 'Something else than Latchkey refused this request. Look for another rule of the proxy at this path.';
}

/** Only where the service echoes what it got can be seen what reached it. */
function contentVerdict(
  planned: PlannedCase,
  { body, headers }: Answered,
  keys: Pick<TestKeys, 'good' | 'goodKeyId'>,
): Pick<Verdict, 'isOk' | 'hint'> {
  const fine = { isOk: true, hint: null };
  if (planned.case === 'limited' && planned.expectedStatus === 429) {
    if (headers['retry-after'] !== undefined) return fine;
    return { isOk: false, hint: 'The refusal came without Retry-After. Let the proxy pass that header on.' };
  }
  const echoesIdentity = body.includes(keys.goodKeyId) && body.toLowerCase().includes('x-key-id');
  if (planned.case === 'key-removed') {
    if (body.includes(keys.good)) {
      return {
        isOk: false,
        hint: 'The service got the key. Let the proxy remove Authorization, X-API-Key and X-API-Secret behind the question.',
      };
    }
    return echoesIdentity ? fine : UNSEEN;
  }
  if (planned.case === 'forged-identity') {
    if (body.includes(FORGED_KEY_ID)) {
      return {
        isOk: false,
        hint: 'The service got identity headers that the client forged. Let the proxy remove them before it asks.',
      };
    }
    return echoesIdentity ? fine : UNSEEN;
  }
  return fine;
}

const UNSEEN = {
  isOk: null,
  hint: 'What reaches the service cannot be seen from here. Point the test at an endpoint that answers with the headers it got, or look at the service.',
};

function problemCode({ headers, body }: Answered): string | null {
  if (!String(headers['content-type'] ?? '').includes('json')) return null;
  return /"code":"([A-Z_]{3,40})"/.exec(body)?.[1] ?? null;
}

function connectionHint(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'Nothing listens at this address. Start the proxy, or correct host and port.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'There is no address for this host name. Correct it, or add it to the name server.';
    case 'TIMEOUT':
      return 'No answer came within 5 seconds.';
    case 'ECONNRESET':
      return 'The connection was cut. Over TLS use https in the address.';
    default:
      return code.includes('CERT') || code.includes('SIGNED')
        ? 'The certificate of the proxy is not trusted by this machine. Install its authority, or use the host name that it was made for.'
        : `The connection failed (${code}).`;
  }
}
