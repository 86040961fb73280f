import type { HandlerInput } from '#contract/contract.ts';
import type { Service } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { changedFields, withChanges } from '#main/domain/changed-fields.ts';
import { networkProblems } from '#main/domain/network-problems.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { refuseProblems } from '#main/platform/refuse-problems.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { getService } from './get-service.ts';

const FIELDS = [
  'name',
  'baseUrl',
  'verifyPerSecondMax',
  'keepLiveSeconds',
  'keepTestSeconds',
  'askedFrom',
] as const;

/** Changes fields of a service, never its slug. Throws SERVICE_NOT_FOUND, NAME_TAKEN, INVALID_INPUT for networks that are none. */
export function updateService(context: UseCaseContext, input: HandlerInput<'services.update'>): Service {
  refuseProblems(networkProblems('askedFrom', input.askedFrom ?? []));
  return context.command(() => {
    const { serviceId, ...changes } = input;
    const before = getService(context, { serviceId });
    const after = { ...withChanges(before, changes), updatedAt: context.nowMs };
    const holder = context.db.services.findByName(after.name);
    if (holder !== null && holder !== serviceId) throw nameTaken('a service', after.name);
    if (after.name !== before.name) {
      refuseNameTwin(context.db.handle, { kind: 'service', name: after.name, id: serviceId });
    }
    context.db.services.update(after);
    return {
      value: after,
      audit: {
        action: 'services.update',
        subject: { kind: 'service', id: serviceId, name: after.name },
        ...changedFields(before, after, FIELDS),
      },
      changed: ['services'],
    };
  });
}
