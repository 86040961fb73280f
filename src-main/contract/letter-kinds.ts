/** What a contact can be written: a mail of its own, beside the notices of NOTICE_KINDS. */
export const LETTER_KINDS = [
  'contact_code',
  'access_approved',
  'access_rejected',
  'access_question',
  'handoff_link',
  'rotation_note',
  'key_note',
  'digest',
] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

/** Letters that people write to a contact; the program writes the others. */
export const NOTE_KINDS = ['rotation_note', 'key_note'] as const satisfies readonly LetterKind[];

/** The text of a letter that could not be sent is kept for so long; of one that was sent it is erased at once. */
export const LETTER_TEXT_DAYS = 7;
export const LETTER_SUBJECT_MAX = 200;
export const LETTER_TEXT_MAX = 20_000;

/** Is this the kind of a letter? Else it is one of a notice, or of a test. */
export function isLetterKind(kind: string | null): kind is LetterKind {
  return LETTER_KINDS.some((one) => one === kind);
}
