import { createAccessDesk } from '#main/access-requests/access-desk.ts';
import { viewAccessRequest } from '#main/access-requests/access-request-view.ts';
import type { AccessRequest } from '#contract/access-requests.ts';
import { must } from '#main/platform/must.ts';
import type { TestWorld } from './test-world.ts';

/** A form as somebody fills it in. */
export const FORM = {
  application: 'Shop sync',
  team: 'Bolt Shops',
  contact: 'dev@bolt.example',
  volume: '500',
  environment: 'test',
  other: 'GET /inventory/{id}',
};

/** Fields of a form, some of them other ones. */
export function formOf(changes: Readonly<Record<string, string>> = {}): URLSearchParams {
  return new URLSearchParams({ ...FORM, ...changes });
}

/** What was sent and what came of it. */
export interface Asked extends AccessRequest {
  /** Of the applicant's page. */
  readonly token: string;
  readonly granted: { readonly link: string; readonly code: string } | null;
}

/** Sends a form as a stranger. Throws when it is not taken. */
export function ask(world: TestWorld, changes: Readonly<Record<string, string>> = {}): Asked {
  const desk = createAccessDesk(world.systemContext);
  const read = desk.read({ fields: formOf(changes), isOutside: false });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const sent = desk.submit({ ask: read.ask, formId: desk.newFormId(), address: '203.0.113.9' });
  if (sent.kind === 'full') throw new Error('There is no room.');
  const { db } = world;
  const [newest] = db.accessRequests
    .page({}, { beforeMs: Number.MAX_SAFE_INTEGER, beforeId: '', limit: 200 })
    .filter(({ reference }) => reference === desk.status(sent.token)?.reference);
  const stored = must(newest, 'it was just sent');
  return { ...viewAccessRequest(world.systemContext(), stored), token: sent.token, granted: sent.granted };
}
