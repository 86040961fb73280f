import { timestampMs, type KeyId } from '#contract/ids.ts';
import { OVERLAP_MS_MAX } from '#contract/keys.ts';
import { ROTATION_BLOCKED_MS } from '#contract/rotation-handoffs.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { oneLine } from '#main/domain/notice-words.ts';
import { loadKey } from '#main/keys/key-view.ts';
import { mailContact } from '#main/letters/mail-contact.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { contactOfRole } from '#main/partners/owner-people.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import { createRotationRunQueries, type StoredConsent } from '#main/sqlite/rotation-run-queries.ts';
import { handOff } from './create-handoff.ts';
import { joinOutcomes } from './handoff-step.ts';
import { holdCode } from './held-code.ts';
import { consentFor, rotationObstacle } from './rotation-consent.ts';

/** A key whose time has come. `version`: its current secret. */
export interface DueKey {
  readonly keyId: KeyId;
  readonly version: number;
}

/** Gives a key a new secret that nobody of ours sees and sends its contact the link to it, in one transaction. Until the new secret is
 *  used for the first time the old one goes on for as long as overlaps can. Where that cannot be done now, it is noted and tried later.
 *  Call by the program itself. */
export function beginRotation(context: UseCaseContext, due: DueKey): void {
  const queries = createRotationRunQueries(context.db.handle);
  const tries = queries.getRun(due.keyId)?.tries ?? 0;
  const obstacle = rotationObstacle(context);
  if (obstacle !== null) {
    blocked(context, due, { tries, problem: obstacle });
    return;
  }
  try {
    context.command(() => begun(context, due, tries));
  } catch (error) {
    // Somebody rotates it at this moment, or it came to its end.
    if (!(error instanceof AppError)) throw error;
    blocked(context, due, { tries, problem: error.message });
  }
}

function begun(context: UseCaseContext, { keyId, version }: DueKey, tries: number): CommandOutcome<null> {
  const { key } = loadKey(context, keyId);
  const queries = createRotationRunQueries(context.db.handle);
  const consent = must(consentFor(context, key), 'somebody agreed to it');
  const application = getApplication(context, { applicationId: key.applicationId });
  const to = contactOfRole(context, key.applicationId, 'technical');
  const { outcome } = handOff(context, {
    ...{ keyId, channel: 'link', source: { kind: 'rotated', overlapMs: OVERLAP_MS_MAX } },
    ...{ recipientName: application.name, recipientContact: to },
    ...{ message: MESSAGE, note: NOTE, expiresInMs: consent.linkMs, onExpiry: 'withdraw_secret' },
  });
  const { handoff, link, code } = outcome.value;
  holdCode(context, handoff.id, must(code, 'a link has words'));
  const mailed = mailContact(context, {
    ...{ kind: 'handoff_link', to },
    about: { kind: 'handoff', id: handoff.id, name: application.name },
    subject: `New secret of key “${oneLine(key.name)}”`,
    text: letterText(key.name, must(link, 'a link was made'), { consent, untilMs: handoff.expiresAt ?? 0 }),
  });
  if (mailed === null) throw new AppError('WRONG_STATUS', NO_CONTACT);
  queries.putRun({
    ...{ keyId, state: 'waiting', baseVersion: version, tries: tries + 1, handoffId: handoff.id },
    ...{ nextAtMs: null, isReminded: 0, problem: null },
  });
  return joinOutcomes([outcome, mailed], {
    value: null,
    audit: {
      action: 'rotations.begin',
      subject: { kind: 'key', id: keyId, name: key.name },
      after: { handoffId: handoff.id, try: tries + 1, triesMax: consent.triesMax },
    },
    changed: ['keys', 'handoffs'],
  });
}

const MESSAGE =
  'This is the next secret of a key that you have already. The old one goes on until you use this one.';
const NO_CONTACT = 'Its application has no contact with an address: nobody would get the link.';
const NOTE = 'Made by itself, in the rhythm of the key.';

function letterText(
  keyName: string,
  link: string,
  { consent, untilMs }: { readonly consent: StoredConsent; readonly untilMs: number },
): string {
  const hours = Math.round(consent.overlapMs / 3_600_000);
  return [
    'Hello,',
    `your API key “${oneLine(keyName)}” has got a new secret, in its usual rhythm. It waits behind this link until ${utc(untilMs)}, which shows it once:\n\n    ${link}`,
    'The page asks for six words, which come to you by another way. Ask whoever runs the API if you do not get them.',
    `The old secret goes on meanwhile. It ends ${hours === 0 ? 'with' : `${String(hours)} hours after`} the first use of the new one; if nobody comes, nothing changes.`,
  ]
    .join('\n\n')
    .concat('\n');
}

/** `2026-12-06 12:00 UTC` */
export function utc(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function blocked(
  context: UseCaseContext,
  { keyId, version }: DueKey,
  { tries, problem }: { readonly tries: number; readonly problem: string },
): void {
  const { db, nowMs } = context;
  const queries = createRotationRunQueries(db.handle);
  const isNews = queries.getRun(keyId)?.problem !== problem;
  const run = {
    ...({ keyId, state: 'again', baseVersion: version, tries, isReminded: 0, problem } as const),
    handoffId: queries.getRun(keyId)?.handoffId ?? null,
    nextAtMs: timestampMs.parse(nowMs + ROTATION_BLOCKED_MS),
  };
  // Every hour the same is no news for the trail.
  if (!isNews) {
    db.transaction(() => queries.putRun(run));
    return;
  }
  context.command(() => {
    queries.putRun(run);
    const subject = { kind: 'key', id: keyId, name: loadKey(context, keyId).key.name } as const;
    return {
      value: null,
      audit: { action: 'rotations.wait', subject, after: { problem } },
      changed: ['keys'],
    };
  });
}
