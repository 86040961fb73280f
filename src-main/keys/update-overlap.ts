import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { retiringSecret } from '#main/domain/key-status.ts';
import { changedFields } from '#main/domain/changed-fields.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import type { OverlapPlan, StoredSecret } from '#main/sqlite/secret-queries.ts';
import { loadKey, viewKey } from './key-view.ts';

type Input = HandlerInput<'keys.updateOverlap'>;

const FIELDS = ['idleEndMs', 'notBefore', 'brownout'] as const;

/** Changes how the old secret of a rotation ends by itself and when it is refused on trial; when it ends at the latest stays.
 *  Throws KEY_NOT_FOUND, NO_ROTATION_IN_PROGRESS. */
export function updateOverlap(context: UseCaseContext, input: Input): Key {
  return context.command(() => {
    const loaded = loadKey(context, input.keyId);
    const { key, secrets } = loaded;
    const retiring = retiringSecret(secrets, context.nowMs);
    const before = viewKey(context, loaded);
    if (retiring === null || before.overlap === null) {
      const message = 'This key has only one live secret: no overlap is in progress.';
      throw new AppError('NO_ROTATION_IN_PROGRESS', message);
    }
    context.db.secrets.setPlan(key.id, retiring.version, withInput(retiring, input));
    const after = viewKey(context, loadKey(context, key.id));
    const changed = must(after.overlap, 'changing an overlap does not end it');
    return {
      value: after,
      audit: {
        action: 'keys.updateOverlap',
        subject: { kind: 'key', id: key.id, name: key.name },
        ...changedFields(before.overlap, changed, FIELDS),
      },
      changed: ['keys'],
    };
  });
}

function withInput(retiring: StoredSecret, input: Input): OverlapPlan {
  const idleEndMs = input.idleEndMs === undefined ? retiring.idleEndMs : input.idleEndMs;
  const notBefore = input.notBefore === undefined ? retiring.idleNotBeforeMs : input.notBefore;
  // Without an idle end there is nothing that could be too early.
  const idle = { idleEndMs, idleNotBeforeMs: idleEndMs === null ? null : notBefore };
  const { brownout } = input;
  if (brownout === undefined) return { ...retiring, ...idle };
  return {
    ...idle,
    brownoutFromMs: brownout?.startsAt ?? null,
    brownoutEveryMs: brownout?.everyMs ?? null,
    brownoutLengthMs: brownout?.lengthMs ?? null,
  };
}
