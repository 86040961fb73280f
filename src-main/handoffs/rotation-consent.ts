import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId, TemplateId } from '#contract/ids.ts';
import type { ConsentOwner, RotationConsent } from '#contract/rotation-handoffs.ts';
import type { UseCaseContext } from '#main/context.ts';
import { loadKey } from '#main/keys/key-view.ts';
import { isMailOn } from '#main/letters/mail-contact.ts';
import { AppError } from '#main/platform/app-error.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { createRotationRunQueries, type StoredConsent } from '#main/sqlite/rotation-run-queries.ts';
import { publicAddress } from './public-address.ts';

/** Whether a due rotation is carried out and handed off by itself, and how far the present one is; of a child key nothing ever is.
 *  Throws KEY_NOT_FOUND, TEMPLATE_NOT_FOUND. */
export function readRotationHandoff(
  context: UseCaseContext,
  { owner }: HandlerInput<'rotations.handoff'>,
): Output<'rotations.handoff'> {
  const { id, templateId, isChild } = ownerOf(context, owner);
  if (isChild) return { own: null, inherited: null, run: null, obstacle: CHILD };
  const queries = createRotationRunQueries(context.db.handle);
  const run = owner.kind === 'key' ? queries.getRun(owner.keyId) : null;
  return {
    own: viewConsent(queries.getConsent(id)),
    inherited: templateId === null ? null : viewConsent(queries.getConsent(templateId)),
    run:
      run === null
        ? null
        : {
            state: run.state,
            tries: run.tries,
            handoffId: run.handoffId,
            nextAt: run.nextAtMs,
            problem: run.problem,
          },
    obstacle: rotationObstacle(context),
  };
}

/** Why no rotation can be handed off by itself now; null = it can. Nobody would get the link without mail. */
export function rotationObstacle(context: UseCaseContext): string | null {
  const address = publicAddress(readSettings(context.db).publicUrl);
  if (address.kind === 'blocked') return address.why;
  return isMailOn(context) ? null : 'Mail is off: nobody would get the link. Settings, Notices sets it up.';
}

/** What counts for a key: its own, else that of its template; null = nobody said anything. */
export function consentFor(
  { db }: UseCaseContext,
  { id, templateId }: { readonly id: KeyId; readonly templateId: TemplateId | null },
): StoredConsent | null {
  const queries = createRotationRunQueries(db.handle);
  return queries.getConsent(id) ?? (templateId === null ? null : queries.getConsent(templateId));
}

/** Agrees to it, says no, or says nothing of its own any more; what was given up begins anew. Throws KEY_NOT_FOUND,
 *  TEMPLATE_NOT_FOUND, and WRONG_STATUS for a child key. */
export function setRotationHandoff(
  context: UseCaseContext,
  { owner, consent }: HandlerInput<'rotations.setHandoff'>,
): Output<'rotations.setHandoff'> {
  const { db, nowMs, actor } = context;
  return context.command(() => {
    const { id, name, isChild } = ownerOf(context, owner);
    if (isChild) throw new AppError('WRONG_STATUS', CHILD);
    const queries = createRotationRunQueries(db.handle);
    const before = viewConsent(queries.getConsent(id));
    const stored =
      consent === null
        ? null
        : {
            ...{ overlapMs: consent.overlapMs, linkMs: consent.linkMs, triesMax: consent.triesMax },
            ...{ isOn: consent.isOn ? (1 as const) : (0 as const), consentedBy: actor.name },
            consentedAtMs: nowMs,
          };
    queries.setConsent(id, stored);
    if (owner.kind === 'key' && queries.getRun(owner.keyId)?.state !== 'waiting') {
      queries.deleteRun(owner.keyId);
    }
    return {
      value: readRotationHandoff(context, { owner }),
      audit: {
        action: 'rotations.setHandoff',
        subject: { kind: owner.kind, id, name },
        before: { consent: before },
        after: { consent },
      },
      changed: ['keys', 'templates'],
    };
  });
}

interface NamedOwner {
  readonly id: KeyId | TemplateId;
  readonly name: string;
  readonly templateId: TemplateId | null;
  readonly isChild: boolean;
}

const CHILD = 'A child key lives and ends with its parent: it is not rotated.';

function ownerOf(context: UseCaseContext, owner: ConsentOwner): NamedOwner {
  if (owner.kind === 'template') {
    const template = context.db.templates.get(owner.templateId);
    if (template === null) throw new AppError('TEMPLATE_NOT_FOUND', 'There is no template with this id.');
    return { id: owner.templateId, name: template.name, templateId: null, isChild: false };
  }
  const { key } = loadKey(context, owner.keyId);
  return { id: key.id, name: key.name, templateId: key.templateId, isChild: key.parentId !== null };
}

function viewConsent(stored: StoredConsent | null): RotationConsent | null {
  if (stored === null) return null;
  const { isOn, overlapMs, linkMs, triesMax, consentedBy, consentedAtMs } = stored;
  return { isOn: isOn === 1, overlapMs, linkMs, triesMax, consentedBy, consentedAt: consentedAtMs };
}
