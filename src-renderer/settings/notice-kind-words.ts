import type { LetterKind } from '#contract/letter-kinds.ts';
import type { NoticeKind } from '#contract/notice-kinds.ts';

/** What a kind of notice is called where people choose. */
export const NOTICE_KIND_WORDS: Readonly<
  Record<NoticeKind, { readonly label: string; readonly help?: string }>
> = {
  key_expiring: {
    label: 'Key expires',
    help: '30, 14, 7 and 1 days ahead, once each; never for short-lived keys',
  },
  key_in_grace: { label: 'Key has expired and is in its grace' },
  key_idle: {
    label: 'Unused key is suspended soon',
    help: '7 days ahead, where a tier says that unused keys are suspended',
  },
  rotation_due: { label: 'Rotation due' },
  overlap_ending: { label: 'Overlap ends while the old secret is used' },
  overlap_ended: {
    label: 'Overlap ended while Latchkey was off',
    help: 'Where the old secret was used until then and the new one never',
  },
  handoff_unopened: { label: 'Handoff never revealed' },
  handoff_unused: { label: 'Secret revealed, not used for two days' },
  handoff_locked_out: { label: 'Handoff destroyed by wrong codes' },
  handoff_code: { label: 'Code of a handoff to pass on', help: 'Of links that rotations send by themselves' },
  quota_reached: { label: 'Quota at 80, 95 or 100 %' },
  key_spike: {
    label: 'Key makes far more requests than usual',
    help: 'Once a spike, against its own last 7 days',
  },
  key_leaked: { label: 'Key revoked as leaked' },
  guessing: {
    label: 'Somebody guesses keys',
    help: 'When a source is told to wait; once until it stops for 10 minutes',
  },
  load_shed: { label: 'Verifications turned away for load', help: 'When it begins and when it is over' },
  access_request: { label: 'Somebody asks for a key' },
  backup_failed: { label: 'Automatic backups fail' },
  storage: { label: 'Trouble with disk or store' },
};

/** What a mail to a contact is called in the log of deliveries. */
export const LETTER_KIND_WORDS: Readonly<Record<LetterKind, string>> = {
  contact_code: 'Code for a contact',
  access_approved: 'Approval of a key request',
  access_rejected: 'Rejection of a key request',
  access_question: 'Question about a key request',
  handoff_link: 'Link of a handoff',
  rotation_note: 'Note on a rotation',
  key_note: 'Note on a key',
  digest: 'Digest',
};
