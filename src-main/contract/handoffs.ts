import { z } from 'zod';
import { applicationId, cursor, handoffId, keyId, pageLimit, templateId, timestampMs } from './ids.ts';
import { environment, POLICY_ERRORS } from './key-policy.ts';
import { OVERLAP_MS_MAX } from './keys.ts';
import { key } from './keys.ts';
import { displayName, noteText, reasonText, tags } from './names.ts';
import { command, orAbsent, query } from './procedure.ts';

/** Ways that a secret takes to its recipient. */
export const HANDOFF_CHANNELS = ['link', 'sealed_file', 'clipboard'] as const;
export type HandoffChannel = (typeof HANDOFF_CHANNELS)[number];

/** How far a handoff is. The last four are its end, and so is `revealed` for what it carried. */
export const HANDOFF_STATES = [
  'prepared',
  'opened',
  'revealed',
  'confirmed',
  'expired',
  'withdrawn',
  'locked_out',
] as const;
export const handoffState = z.enum(HANDOFF_STATES);
export type HandoffState = z.infer<typeof handoffState>;

/** What somebody should look at: revealed but not used for HANDOFF_REMIND_MS; expired before it was revealed; destroyed by wrong codes. */
export const HANDOFF_ATTENTIONS = ['unused', 'unopened', 'locked_out'] as const;
export type HandoffAttention = (typeof HANDOFF_ATTENTIONS)[number];

/** What happens when a link expires and nobody has revealed it. `withdraw_secret`: nobody may ever use the secret that nobody
 *  received. No new one is made: it would be received by nobody as well. */
export const ON_EXPIRY = ['keep', 'withdraw_secret'] as const;
export type OnExpiry = (typeof ON_EXPIRY)[number];

/** Shortest and longest life of a link, and the usual one. */
export const HANDOFF_MS_MIN = 60_000;
export const HANDOFF_MS_MAX = 7 * 86_400_000;
export const HANDOFF_MS_DEFAULT = 86_400_000;
/** Wrong codes that destroy what a link carries. */
export const WRONG_CODES_MAX = 5;
/** Somebody is reminded when a revealed secret was not used for this long. */
export const HANDOFF_REMIND_MS = 48 * 3_600_000;

/** Steps of a handoff, as its timeline tells them. `previewed`: a link preview or another look ahead of a program. */
export const HANDOFF_EVENTS = [
  'prepared',
  'previewed',
  'opened',
  'wrong_code',
  'locked_out',
  'revealed',
  'copied',
  'confirmed',
  'expired',
  'secret_withdrawn',
  'reminded',
  'withdrawn',
  'replaced',
  'code_taken',
] as const;
export type HandoffEventKind = (typeof HANDOFF_EVENTS)[number];

export const handoffEvent = z
  .object({
    at: timestampMs,
    kind: z.enum(HANDOFF_EVENTS),
    /** Who of us; null for the recipient and for Latchkey itself. */
    actorName: z.string().nullable(),
    address: z.string().nullable(),
    agent: z.string().nullable(),
    detail: z.string().nullable(),
  })
  .readonly();
export type HandoffEvent = z.infer<typeof handoffEvent>;

export const handoff = z
  .object({
    id: handoffId,
    keyId,
    keyName: z.string(),
    environment,
    applicationName: z.string(),
    partnerName: z.string(),
    /** Which secret of the key it delivers. */
    secretVersion: z.int(),
    channel: z.enum(HANDOFF_CHANNELS),
    /** Nobody on our side has seen the secret. */
    isBlind: z.boolean(),
    state: handoffState,
    recipientName: z.string(),
    recipientContact: z.string(),
    message: z.string(),
    note: z.string(),
    createdBy: z.string(),
    createdAt: timestampMs,
    expiresAt: timestampMs.nullable(),
    onExpiry: z.enum(ON_EXPIRY),
    openedAt: timestampMs.nullable(),
    revealedAt: timestampMs.nullable(),
    /** First use, expiry, withdrawal or lock-out. */
    endedAt: timestampMs.nullable(),
    wrongCodes: z.int(),
    attention: z.enum(HANDOFF_ATTENTIONS).nullable(),
    /** The handoff that was made instead of it. */
    replacedBy: handoffId.nullable(),
    /** Made by nobody: its words wait for somebody who passes them on. */
    isCodeHeld: z.boolean(),
  })
  .readonly();
export type Handoff = z.infer<typeof handoff>;

export const handoffWithTimeline = handoff
  .unwrap()
  .extend({ timeline: z.array(handoffEvent).readonly() })
  .readonly();
export type HandoffWithTimeline = z.infer<typeof handoffWithTimeline>;

/** Link and code are told once, here: whoever has both can reveal the secret. They belong on two different channels. */
const delivery = {
  handoff,
  /** null for a channel without one, and for a repeat with the same idempotencyKey. */
  link: z.string().nullable(),
  code: z.string().nullable(),
};
export const newHandoff = z.object(delivery).readonly();
export type NewHandoff = z.infer<typeof newHandoff>;

/** To whom, how and for how long. */
export const handoffFields = {
  recipientName: displayName,
  /** Address, number or room; free text. */
  recipientContact: orAbsent(z.string().trim().max(254), ''),
  /** Shown to the recipient: what for, how to use it, whom to call. */
  message: orAbsent(noteText, ''),
  /** Shown to ourselves only. */
  note: orAbsent(noteText, ''),
  expiresInMs: orAbsent(z.int().min(HANDOFF_MS_MIN).max(HANDOFF_MS_MAX), HANDOFF_MS_DEFAULT),
  onExpiry: orAbsent(z.enum(ON_EXPIRY), 'keep'),
};
const reasonIfAny = orAbsent(reasonText.nullable(), null);

export const createHandoffInput = z.strictObject({
  keyId,
  /** Where the secret comes from: the caller has just seen it, or a new one is made that nobody sees. */
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('given'), secret: z.string().max(512) }),
    z.strictObject({
      kind: z.literal('rotated'),
      /** How long the former secret goes on. */
      overlapMs: z.int().min(0).max(OVERLAP_MS_MAX),
    }),
  ]),
  channel: z.enum(['link', 'clipboard']),
  ...handoffFields,
});
export type CreateHandoffInput = z.output<typeof createHandoffInput>;

export const handoffFilter = z.strictObject({
  keyId: keyId.optional(),
  state: z.array(handoffState).max(HANDOFF_STATES.length).readonly().optional(),
  channel: z.enum(HANDOFF_CHANNELS).optional(),
  /** Only those that somebody should look at, or whose words wait to be passed on. */
  needsAttention: z.boolean().optional(),
  /** Part of the recipient, key, application or partner; case-insensitive. */
  text: z.string().max(200).optional(),
});
export type HandoffFilter = z.infer<typeof handoffFilter>;

export const HANDOFF_PAGE_MAX = 200;

const stateErrors = ['HANDOFF_NOT_FOUND', 'WRONG_STATUS'] as const;
const rotateErrors = ['KEY_NOT_FOUND', 'ROTATION_IN_PROGRESS', 'HANDOFF_CHANNEL_BLOCKED'] as const;

export const handoffProcedures = {
  /** Delivers a secret that the caller has, or a new one of a rotation, which needs the role admin. */
  'handoffs.create': command(
    'issuer',
    createHandoffInput,
    newHandoff,
    ['WRONG_STATUS', ...rotateErrors],
    ['link', 'code'],
  ),
  /** A key as the template says, whose secret goes straight into a link: no answer holds it. */
  'handoffs.blindIssue': command(
    'issuer',
    z.strictObject({
      templateId,
      applicationId,
      name: displayName,
      environment: environment.optional(),
      expiresAt: timestampMs.optional(),
      tags: tags.optional(),
      ...handoffFields,
    }),
    z.object({ ...delivery, key }).readonly(),
    ['TEMPLATE_NOT_FOUND', 'APPLICATION_NOT_FOUND', ...POLICY_ERRORS, 'HANDOFF_CHANNEL_BLOCKED'],
    ['link', 'code'],
  ),
  /** Newest first. */
  'handoffs.list': query(
    'viewer',
    z.strictObject({
      filter: handoffFilter.default({}),
      cursor: cursor.optional(),
      limit: pageLimit(HANDOFF_PAGE_MAX),
    }),
    z.object({
      items: z.array(handoff).readonly(),
      nextCursor: cursor.nullable(),
      total: z.int(),
      /** How many of all handoffs somebody should look at, or pass the words of on. */
      attention: z.int(),
    }),
  ),
  'handoffs.get': query('viewer', z.strictObject({ handoffId }), handoffWithTimeline, ['HANDOFF_NOT_FOUND']),
  /** Which channels can be used, and why not. */
  'handoffs.channels': query(
    'viewer',
    z.strictObject({}),
    z.object({ link: z.object({ blocked: z.string().nullable() }).readonly() }).readonly(),
  ),
  /** Destroys what was not revealed yet; the secret itself stays good. */
  'handoffs.withdraw': command('issuer', z.strictObject({ handoffId, reason: reasonIfAny }), handoff, [
    ...stateErrors,
  ]),
  /** Withdraws, ends the secret that was handed off at once, and gives the key a new one, shown this once. */
  'handoffs.withdrawAndRotate': command(
    'admin',
    z.strictObject({ handoffId, reason: reasonIfAny }),
    z.object({ handoff, key, secret: z.string().nullable() }).readonly(),
    [...stateErrors, 'KEY_NOT_FOUND', 'ROTATION_IN_PROGRESS'],
    ['secret'],
  ),
  /** A new handoff with a new secret to the same recipient, in place of this one: what a link carried cannot be read without
   *  link and code, so it cannot be sent again. After a reveal this ends a secret that may be in use, and needs the role admin. */
  'handoffs.resend': command(
    'issuer',
    z.strictObject({
      handoffId,
      expiresInMs: handoffFields.expiresInMs,
      /** Left out: as before. */
      onExpiry: z.enum(ON_EXPIRY).optional(),
      /** How long the present secret goes on, which somebody may use: left out, one that this handoff revealed ends at once, and
       *  another one goes on for a day. A secret that nobody received always ends at once. */
      overlapMs: z.int().min(0).max(OVERLAP_MS_MAX).optional(),
    }),
    newHandoff,
    [...stateErrors, ...rotateErrors],
    ['link', 'code'],
  ),
  /** What it asks for was seen and settled. */
  'handoffs.settle': command('issuer', z.strictObject({ handoffId }), handoff, [...stateErrors]),
} as const;
