import type { HandlerInput, Output } from '#contract/contract.ts';
import { trialAnswer } from '#contract/services.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { SendProbe } from './probe.ts';

/** Asks the service listener over HTTP, as the service of that token would: the decision is made, counted and in the log like
 *  any other. Throws UNAVAILABLE when nothing listens there, and INVALID_INPUT when the token is refused. */
export async function tryVerification(
  { serviceToken, key, method, path }: HandlerInput<'services.tryVerification'>,
  { serviceUrl, send }: { readonly serviceUrl: string; readonly send: SendProbe },
): Promise<Output<'services.tryVerification'>> {
  const answer = await send({
    origin: serviceUrl,
    method: 'POST',
    path: '/v1/verify',
    headers: { Authorization: `Bearer ${serviceToken}` },
    body: JSON.stringify({ key, method, path, userAgent: 'Latchkey first steps' }),
  });
  if (answer.kind === 'failed') {
    throw new AppError(
      'UNAVAILABLE',
      `Nothing answers at ${serviceUrl} (${answer.code}). Is the server running?`,
    );
  }
  const parsed = trialAnswer.safeParse(jsonOf(answer.body));
  if (parsed.success) return parsed.data;
  const message = 'The service token was not accepted. Make a new one on the page of the service.';
  if (answer.status === 401) {
    throw new AppError('INVALID_INPUT', `serviceToken: ${message}`, [{ path: 'serviceToken', message }]);
  }
  throw new AppError('UNAVAILABLE', `${serviceUrl} answered ${String(answer.status)}. Try again.`);
}

/** Undefined when the text is no JSON: the schema refuses it then. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
