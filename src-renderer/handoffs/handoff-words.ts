import type {
  Handoff,
  HandoffAttention,
  HandoffChannel,
  HandoffEventKind,
  HandoffState,
} from '#contract/handoffs.ts';
import type { ChipTone } from '#renderer/ui/chip.tsx';

/** A state as a word and the colour of its chip. */
export interface StateWords {
  readonly word: string;
  readonly tone: ChipTone;
  /** What it means, in a sentence. */
  readonly sentence: string;
}

/** Every state in words. */
export const STATE_WORDS: Readonly<Record<HandoffState, StateWords>> = {
  prepared: { word: 'Prepared', tone: 'info', sentence: 'Nobody has opened it yet.' },
  opened: { word: 'Opened', tone: 'info', sentence: 'The page was opened; the secret was not revealed yet.' },
  revealed: {
    word: 'Revealed',
    tone: 'warn',
    sentence: 'The recipient has the secret. Its first use confirms that it arrived.',
  },
  confirmed: { word: 'In use', tone: 'ok', sentence: 'The recipient uses the key: the handoff is done.' },
  expired: {
    word: 'Expired',
    tone: 'plain',
    sentence: 'Nobody revealed it in time. The content is destroyed.',
  },
  withdrawn: { word: 'Withdrawn', tone: 'plain', sentence: 'It was taken back. The content is destroyed.' },
  locked_out: {
    word: 'Destroyed',
    tone: 'danger',
    sentence: 'Five wrong codes were entered. The content is destroyed.',
  },
};

/** Channels in words. */
export const CHANNEL_WORDS: Readonly<Record<HandoffChannel, string>> = {
  link: 'One-time link',
  sealed_file: 'Sealed file',
  clipboard: 'Copied for a vault',
};

/** Steps of a timeline in words. */
export const EVENT_WORDS: Readonly<Record<HandoffEventKind, string>> = {
  prepared: 'Prepared',
  previewed: 'Looked at by a link preview or another program',
  opened: 'Opened',
  wrong_code: 'Wrong code entered',
  locked_out: 'Destroyed after five wrong codes',
  revealed: 'Revealed',
  copied: 'Copied for a vault',
  confirmed: 'First use of the key',
  expired: 'Expired',
  secret_withdrawn: 'Secret taken out of use',
  reminded: 'Not used for 48 hours after it was revealed',
  withdrawn: 'Withdrawn',
  replaced: 'Replaced by a new handoff',
  code_taken: 'Code taken, to be passed on',
};

/** What somebody should do, and why. */
export const ATTENTION_WORDS: Readonly<Record<HandoffAttention, { word: string; sentence: string }>> = {
  unused: {
    word: 'Not used',
    sentence:
      'The secret was revealed more than 48 hours ago and was never used. Ask the recipient whether it arrived.',
  },
  unopened: {
    word: 'Nobody came',
    sentence: 'The link expired before anybody revealed the secret. Send a new one, or settle this.',
  },
  locked_out: {
    word: 'Wrong codes',
    sentence:
      'Somebody entered five wrong codes. Ask the recipient whether it was them before you send a new link.',
  },
};

/** The same for a link that was sent by itself. */
export const CODE_HELD_WORDS = {
  word: 'Pass on code',
  sentence: 'Its six words wait for one of you who passes them on by another way than the link.',
} as const;

/** The same for an expired handoff whose secret was taken out of use. */
export const WITHDRAWN_SECRET_SENTENCE =
  'Its secret, which nobody received, is refused. A new handoff brings the key back into use.';

/** Why it cannot be withdrawn alone; undefined when it can. */
export function withdrawObstacle({ state, channel }: Pick<Handoff, 'state' | 'channel'>): string | undefined {
  switch (state) {
    case 'prepared':
    case 'opened':
      return channel === 'sealed_file'
        ? 'A file cannot be taken back. Withdraw it together with the secret.'
        : undefined;
    case 'revealed':
    case 'confirmed':
      return 'The secret was revealed. Withdraw it together with the secret.';
    case 'expired':
    case 'withdrawn':
    case 'locked_out':
      return 'There is nothing left to withdraw.';
  }
}

/** Why a new one cannot be sent in its place; undefined when it can. */
export function resendObstacle({
  state,
  replacedBy,
}: Pick<Handoff, 'state' | 'replacedBy'>): string | undefined {
  if (replacedBy !== null) return 'There is a newer handoff in place of this one.';
  return state === 'confirmed' ? 'The recipient uses the key already.' : undefined;
}

/** A message to the recipient that is ready to copy. It holds the link and never the code. */
export function messageTemplate(parts: {
  readonly recipientName: string;
  readonly keyName: string;
  readonly link: string;
  readonly until: string;
}): string {
  return `Hello ${parts.recipientName},

here is your API key “${parts.keyName}”: ${parts.link}

The page shows it once and asks for a code of six words, which I send you by another way. It is good until ${parts.until}.`;
}
