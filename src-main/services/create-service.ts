import type { HandlerInput, Output } from '#contract/contract.ts';
import { serviceId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { networkProblems } from '#main/domain/network-problems.ts';
import { AppError } from '#main/platform/app-error.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { randomBytes } from '#main/platform/random.ts';
import { refuseProblems } from '#main/platform/refuse-problems.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { getService } from './get-service.ts';
import { mintServiceToken } from './mint-service-token.ts';

/** Adds a service and its first token, which is shown this once. Throws NAME_TAKEN, SLUG_TAKEN, INVALID_INPUT for
 *  networks that are none. */
export function createService(
  context: UseCaseContext,
  input: HandlerInput<'services.create'>,
): Output<'services.create'> {
  refuseProblems(networkProblems('askedFrom', input.askedFrom));
  return context.command(() => {
    const { services } = context.db;
    if (services.findByName(input.name) !== null) throw nameTaken('a service', input.name);
    refuseNameTwin(context.db.handle, { kind: 'service', name: input.name });
    if (services.findBySlug(input.slug) !== null) {
      const message = `There is already a service with the slug “${input.slug}”. Choose another slug.`;
      throw new AppError('SLUG_TAKEN', message, [{ path: 'slug', message }]);
    }
    const id = serviceId.parse(`svc_${randomBase62(16, randomBytes)}`);
    services.insert({ ...input, id, createdAt: context.nowMs, updatedAt: context.nowMs });
    const token = mintServiceToken(context, { id, slug: input.slug });
    const service = getService(context, { serviceId: id });
    return {
      value: { service, token },
      audit: {
        action: 'services.create',
        subject: { kind: 'service', id, name: input.name },
        after: { ...input, tokenHint: service.tokenHint },
      },
      changed: ['services'],
    };
  });
}
