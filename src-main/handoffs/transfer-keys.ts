import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { Application } from '#contract/partners.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { StoredKey } from '#main/sqlite/stored-key.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { refuseSamples } from '#main/partners/refuse-samples.ts';
import { withdrawLinks } from './withdraw-links.ts';

/** Gives keys to another application; each has its own audit event, which names both owners. All or none.
 *  Throws KEY_NOT_FOUND, APPLICATION_NOT_FOUND, WRONG_STATUS. */
export function transferKeys(
  context: UseCaseContext,
  { keyIds, applicationId }: HandlerInput<'keys.transfer'>,
): Output<'keys.transfer'> {
  return context.command(() => {
    const application = getApplication(context, { applicationId });
    const [audit, ...furtherAudits] = giveKeys(context, keyIds, application);
    return {
      value: {
        transferred: new Set(keyIds).size,
        application: getApplication(context, { applicationId }),
      },
      audit,
      furtherAudits,
      changed: ['keys', 'applications', 'partners', 'handoffs'],
    };
  });
}

/** The same as a part of a larger command, inside whose transaction it must be called. Links that are out for them are withdrawn.
 *  Answers what the trail has to say, an event for each key first. */
export function giveKeys(
  context: UseCaseContext,
  keyIds: readonly KeyId[],
  application: Application,
): [AuditDraft, ...AuditDraft[]] {
  const given = new Set(keyIds);
  const [first, ...others] = given;
  if (first === undefined) throw new AppError('KEY_NOT_FOUND', 'No key was chosen.');
  const give = (keyId: KeyId) => giveOne(context, keyId, application);
  const audits = [give(first), ...others.map(give)] as const;
  const withdrawn = withdrawLinks(
    context,
    ({ id, parentId }) => given.has(id) || (parentId !== null && given.has(parentId)),
  );
  return [...audits, ...withdrawn];
}

function giveOne(context: UseCaseContext, keyId: KeyId, application: Application): AuditDraft {
  const { db, nowMs } = context;
  const key = db.keys.get(keyId);
  if (key === null) {
    throw new AppError('KEY_NOT_FOUND', `There is no key with the id ${keyId}. Load the list again.`);
  }
  refuse(key, application);
  refuseSamples(context, [key.partnerId, application.partnerId]);
  db.keys.transfer({ id: keyId, applicationId: application.id, nowMs });
  return {
    action: 'keys.transfer',
    subject: { kind: 'key', id: keyId, name: key.name },
    before: {
      applicationId: key.applicationId,
      applicationName: key.applicationName,
      partnerId: key.partnerId,
      partnerName: key.partnerName,
    },
    after: {
      applicationId: application.id,
      applicationName: application.name,
      partnerId: application.partnerId,
      partnerName: application.partnerName,
    },
  };
}

function refuse(key: StoredKey, application: Application): void {
  const wrong = (why: string) => new AppError('WRONG_STATUS', `“${key.name}” ${why}`);
  if (key.applicationId === application.id) throw wrong(`belongs to “${application.name}” already.`);
  if (key.revokedAtMs !== null) throw wrong('is revoked. It stays with who had it.');
  if (key.parentId === null) return;
  throw wrong(`is a child of “${key.parentName ?? ''}” and goes with it. Give that key instead.`);
}
