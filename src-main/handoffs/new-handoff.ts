import type { HandoffChannel, NewHandoff, OnExpiry } from '#contract/handoffs.ts';
import { handoffId, timestampMs, type HandoffId, type KeyId } from '#contract/ids.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { makeCode, TOKEN_CHARACTERS } from '#main/domain/handoff-code.ts';
import { publicAddress } from './public-address.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import type { StoredHandoff } from '#main/sqlite/handoff-queries.ts';
import { sealContent, tokenHash } from './content-seal.ts';
import { loadHandoff, viewHandoff } from './handoff-view.ts';

/** One secret to deliver. `secret` is its text, which is not kept; only a link needs it. */
export interface HandoffDraft {
  readonly keyId: KeyId;
  readonly secretVersion: number;
  readonly secret: string;
  readonly channel: HandoffChannel;
  /** Has nobody on our side seen the secret? */
  readonly isBlind: boolean;
  readonly recipientName: string;
  readonly recipientContact: string;
  readonly message: string;
  readonly note: string;
  readonly expiresInMs: number;
  readonly onExpiry: OnExpiry;
  /** Stands in the timeline: how a file is locked. */
  readonly detail?: string;
}

/** A handoff with what the one who made it is told this once; null where the channel has none. */
export type MadeHandoff = NewHandoff;

/** Stores a handoff and, for a link, its sealed content. The one way in which handoffs come to be: call it inside the command that
 *  has the secret. Throws HANDOFF_CHANNEL_BLOCKED when a link would lead nowhere, and INVALID_INPUT for the text of a key in what
 *  people write. */
export function newHandoff(context: UseCaseContext, draft: HandoffDraft): CommandOutcome<MadeHandoff> {
  refuseKeyTexts(draft);
  const id = handoffId.parse(`hnd_${randomBase62(16, randomBytes)}`);
  const delivery = draft.channel === 'link' ? makeLink(context) : null;
  const stored = storedHandoff(context, id, draft);
  const { handoffs } = context.db;
  handoffs.insert({
    ...stored,
    tokenHash: delivery === null ? null : tokenHash(context.keyring, delivery.token),
  });
  if (delivery !== null) {
    handoffs.putContent(id, sealContent(context.keyring, { id, ...delivery, secret: draft.secret }));
  }
  handoffs.addEvent(id, {
    at: context.nowMs,
    kind: stored.state === 'revealed' ? 'copied' : 'prepared',
    actorName: context.actor.name,
    address: null,
    agent: null,
    detail: draft.detail ?? null,
  });
  return {
    value: {
      handoff: viewHandoff(context, loadHandoff(context, id)),
      link: delivery?.link ?? null,
      code: delivery?.code ?? null,
    },
    audit: {
      action: 'handoffs.create',
      subject: { kind: 'handoff', id, name: draft.recipientName },
      after: {
        keyId: draft.keyId,
        secretVersion: draft.secretVersion,
        channel: draft.channel,
        isBlind: draft.isBlind,
        recipientContact: draft.recipientContact,
        expiresAt: stored.expiresAtMs,
        onExpiry: draft.onExpiry,
      },
    },
    changed: ['handoffs'],
  };
}

function storedHandoff(context: UseCaseContext, id: HandoffId, draft: HandoffDraft): StoredHandoff {
  const isCopied = draft.channel === 'clipboard';
  const { keyId, secretVersion, channel, recipientName, recipientContact, message, note, onExpiry } = draft;
  return {
    ...{ id, keyId, secretVersion, channel, recipientName, recipientContact, message, note, onExpiry },
    isBlind: draft.isBlind ? 1 : 0,
    // Who copied it has it.
    state: isCopied ? 'revealed' : 'prepared',
    createdByKind: context.actor.kind,
    createdById: context.actor.id,
    createdByName: context.actor.name,
    createdAtMs: context.nowMs,
    expiresAtMs: isCopied ? null : timestampMs.parse(context.nowMs + draft.expiresInMs),
    openedAtMs: null,
    revealedAtMs: isCopied ? context.nowMs : null,
    endedAtMs: null,
    wrongCodes: 0,
    attention: null,
    isReminded: 0,
    replacedBy: null,
  };
}

function makeLink(context: UseCaseContext): { token: string; code: string; link: string } {
  const address = publicAddress(readSettings(context.db).publicUrl);
  if (address.kind === 'blocked') throw new AppError('HANDOFF_CHANNEL_BLOCKED', address.why);
  const token = randomBase62(TOKEN_CHARACTERS, randomBytes);
  return { token, code: makeCode(randomBytes), link: `${address.url}/h/${token}` };
}

const TEXTS = ['recipientName', 'recipientContact', 'message', 'note'] as const;

function refuseKeyTexts(draft: HandoffDraft): void {
  for (const path of TEXTS) {
    if (redactKeys(draft[path]) === draft[path]) continue;
    const message = 'This holds the text of a key, which is never stored. Take it out.';
    throw new AppError('INVALID_INPUT', `${path}: ${message}`, [{ path, message }]);
  }
}
