import { expect, it } from 'vitest';
import { contract, isProcedureName } from '#contract/contract.ts';
import type { Procedure, Role } from '#contract/procedure.ts';

/** Who may do what, read and agreed by people. A change here is a change of rights: it belongs in the notes of a release.
 *  Owner: what lets somebody in or replaces everything. Admin: what changes access. Issuer: new keys. Viewer: reading. */
const LEAST_ROLES: Readonly<Record<string, Role>> = {
  'partners.create': 'admin',
  'partners.list': 'viewer',
  'partners.get': 'viewer',
  'partners.update': 'admin',
  'applications.create': 'admin',
  'applications.list': 'viewer',
  'applications.get': 'viewer',
  'applications.update': 'admin',
  'services.create': 'admin',
  'services.list': 'viewer',
  'services.get': 'viewer',
  'services.update': 'admin',
  'services.rotateToken': 'admin',
  'endpoints.import': 'admin',
  'endpoints.preview': 'viewer',
  'endpoints.list': 'viewer',
  'endpoints.add': 'admin',
  'endpoints.delete': 'admin',
  'scopes.create': 'admin',
  'scopes.list': 'viewer',
  'scopes.update': 'admin',
  'scopes.delete': 'admin',
  'plans.create': 'admin',
  'plans.list': 'viewer',
  'plans.update': 'admin',
  'keys.create': 'issuer',
  'keys.list': 'viewer',
  'keys.get': 'viewer',
  'keys.update': 'admin',
  'keys.rotate': 'admin',
  'keys.endOverlap': 'admin',
  'keys.extendOverlap': 'admin',
  'keys.suspend': 'admin',
  'keys.resume': 'admin',
  'keys.revoke': 'admin',
  'keys.restore': 'admin',
  'keys.identify': 'viewer',
  'keys.simulate': 'viewer',
  'keys.revocations': 'viewer',
  'requests.list': 'viewer',
  'requests.get': 'viewer',
  'requests.export': 'viewer',
  'usage.series': 'viewer',
  'usage.summary': 'viewer',
  'usage.byKey': 'viewer',
  'usage.rotation': 'viewer',
  'notices.list': 'viewer',
  'audit.list': 'viewer',
  'audit.verify': 'viewer',
  'audit.export': 'viewer',
  'settings.get': 'viewer',
  'settings.update': 'admin',
  'settings.previewRetention': 'viewer',
  'tokens.create': 'owner',
  'tokens.list': 'admin',
  'tokens.revoke': 'owner',
  'sessions.list': 'admin',
  'sessions.end': 'admin',
  'sessions.createPairingLink': 'owner',
  'backups.create': 'admin',
  'backups.list': 'admin',
  'backups.restore': 'owner',
  'system.status': 'viewer',
  'system.whoami': 'viewer',
};

it('every procedure asks for exactly the role that was agreed, and none was left out', () => {
  const declared = Object.keys(contract)
    .filter(isProcedureName)
    .map((name): [string, Role] => [name, (contract[name] as Procedure).role]);
  expect(Object.fromEntries(declared)).toEqual(LEAST_ROLES);
});
