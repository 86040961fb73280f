import { CHILD_FIELDS } from '#contract/enrolment.ts';
import type { EnrolmentFields } from '#main/sqlite/stored-enrolment.ts';

const NAME_CHARACTERS_MAX = 64;
/** Leaves room for some of the parent's name. */
const OF_CHARACTERS_MAX = 48;
const TAG_CHARACTERS_MAX = 64;
/** As much of a commit as people read. */
const COMMIT_CHARACTERS = 8;

/** What a child is called: after its parent and what it is of, `Data feed 318`. */
export function childName(parentName: string, fields: EnrolmentFields): string {
  const { version, commit, build, device, developer, contactName, contactEmail } = fields;
  const said = version ?? build ?? device ?? developer ?? commit?.slice(0, COMMIT_CHARACTERS);
  const of = (said ?? (contactName === '' ? contactEmail : contactName))
    .slice(0, OF_CHARACTERS_MAX)
    .toWellFormed();
  const room = NAME_CHARACTERS_MAX - of.length - 1;
  return `${parentName.slice(0, room).toWellFormed().trimEnd()} ${of}`;
}

/** `version=318` and so on: what the log keeps with each of its requests. */
export function childTags(fields: EnrolmentFields): readonly string[] {
  return CHILD_FIELDS.flatMap((field) => {
    const value = fields[field];
    return value === null ? [] : [`${field}=${value}`.slice(0, TAG_CHARACTERS_MAX)];
  });
}
