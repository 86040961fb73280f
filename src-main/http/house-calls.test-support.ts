import { z } from 'zod';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { ApplicationId } from '#contract/ids.ts';
import type { House } from './house.test-support.ts';

const okReply = z.object({ ok: z.literal(true), data: z.unknown() });

/** Calls of the owner with their types; throws where one is refused. */
export type HouseCall = <Name extends ProcedureName>(
  name: Name,
  input: CallInput<Name>,
) => Promise<Output<Name>>;

/** Makes the calls of the house that is open when they are made. */
export function callsOf(house: () => House): HouseCall {
  return async <Name extends ProcedureName>(name: Name, input: CallInput<Name>) => {
    const answer = await house().call(name, input);
    const reply = okReply.safeParse(answer);
    if (!reply.success) throw new Error(`${name} was refused: ${JSON.stringify(answer)}`);
    return reply.data.data as Output<Name>;
  };
}

/** Partner Acme with its application "Data feed". */
export async function addDataFeed(call: HouseCall): Promise<ApplicationId> {
  const partner = await call('partners.create', {
    name: 'Acme',
    tier: 'external',
    contactEmail: 'dev@acme.example',
  });
  const application = await call('applications.create', {
    partnerId: partner.id,
    name: 'Data feed',
    slug: 'datafeed',
    contactEmail: 'feed@acme.example',
  });
  return application.id;
}
