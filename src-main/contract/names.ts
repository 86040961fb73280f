import { z } from 'zod';

/** Control, format, private-use and surrogate code points and separators of lines have no place in a name: they hide, reorder or
 *  break text. */
const HIDDEN_CHARACTERS = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

const tidyText = (max: number, refused = HIDDEN_CHARACTERS) =>
  z
    .string()
    .trim()
    .min(1, 'This cannot be empty.')
    .max(max, `At most ${String(max)} characters.`)
    .normalize('NFC')
    .refine((text) => !refused.test(text), 'Remove control or invisible characters.');

/** Besides, in a name: what takes no room or stands for a blank without being white space, such as letters of no shape. The sign behind a
 *  picture that asks for its coloured form comes with it from every keyboard. */
const UNSEEN_CHARACTERS =
  /(?!(?<=\p{Extended_Pictographic})\uFE0F)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Name of a partner, application, key … as people read it: 1 to 64 characters. */
export const displayName = tidyText(64, UNSEEN_CHARACTERS);

/** Free text of a person: a note, a reason, a message to the caller. Line breaks allowed. */
export const noteText = z
  .string()
  .trim()
  .max(2_000, 'At most 2000 characters.')
  .refine(
    (text) => !HIDDEN_CHARACTERS.test(text.replaceAll(/[\n\r\t]/g, '')),
    'Remove control or invisible characters.',
  );

/** A reason that is kept in the audit trail: one to 500 characters. */
export const reasonText = tidyText(500);

/** A sentence that is passed on to the callers of a key: one to 200 characters. */
export const callerMessage = tidyText(200);

export const emailAddress = z.email('Enter an e-mail address.').max(254);

/** Readable part of a key (application): lower-case letters and digits. It is inside the hash and the checksum. */
export const applicationSlug = z
  .string()
  .regex(/^[a-z0-9]{2,24}$/, 'Use 2 to 24 lower-case letters and digits.');

/** Short name of a service in its token; hyphens are left out there. */
export const serviceSlug = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])$/,
    'Use 2 to 24 lower-case letters, digits and inner hyphens.',
  );

export const externalId = z.string().trim().min(1).max(128);

/** One label of a key or a request, such as `team=search` or `version=318`. */
export const tag = z
  .string()
  .regex(/^[\p{L}\p{N}_.:=/@+-]{1,64}$/u, 'A tag has 1 to 64 letters, digits or _ . : = / @ + -');
export const tags = z.array(tag).max(20).readonly();

/** Small JSON object that is passed on to services in every verification. */
export const meta = z
  .record(z.string().min(1).max(64), z.union([z.string().max(500), z.number(), z.boolean(), z.null()]))
  .refine((value) => Object.keys(value).length <= 20, 'At most 20 entries.');
