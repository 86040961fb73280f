import type { SecretForm, SecretManager, SecretTarget } from './secret-form.ts';
import { SECRET_MANAGER_TABLE } from './secret-manager-table.ts';
import { shellLine, singleQuoted } from './shell-text.ts';

/** What is wrong with a place, in words; null when nothing is. */
export function placeProblem(manager: SecretManager, place: string): string | null {
  const { place: rule } = SECRET_MANAGER_TABLE[manager];
  return rule === null || rule.allowed.test(place) ? null : rule.words;
}

/** Name and usual value of what a manager calls a place; null where it has none. */
export function placeOf(manager: SecretManager): { readonly label: string; readonly initial: string } | null {
  return SECRET_MANAGER_TABLE[manager].place;
}

/** Its name on screen. */
export function managerLabel(manager: SecretManager): string {
  return SECRET_MANAGER_TABLE[manager].label;
}

/** How a key gets to a manager; the place must be without problem. */
export function secretForm(manager: SecretManager, target: SecretTarget): SecretForm {
  const row = SECRET_MANAGER_TABLE[manager];
  const name = row.nameOf(target.name);
  const named = { ...target, name };
  const { before, after } = row.around?.(named) ?? { before: '', after: '' };
  const into = row.into(named);
  return {
    ...{ label: row.label, name, before, after, into },
    command: commandOf({ before, after, into }),
    fileWord: row.fileWord ?? null,
    note: row.note?.(named) ?? null,
    grant: row.grant?.(named) ?? null,
  };
}

/** `printf` and `read` are part of the shell: no process has the key in its arguments. The traps show what is typed again, also
 *  after Ctrl C. */
function commandOf({ before, after, into }: Pick<SecretForm, 'before' | 'after' | 'into'>): string {
  const ask = `(trap 'stty echo' EXIT; trap 'exit 130' INT\n  stty -echo; IFS= read -r key`;
  const print =
    before === '' && after === ''
      ? 'printf %s "$key"'
      : `printf '%s%s%s' ${singleQuoted(before)} "$key" ${singleQuoted(after)}`;
  return 'file' in into
    ? `${ask}; umask 077\n  ${print} >> ${shellLine([into.file])})`
    : `${ask}\n  ${print}) |\n  ${shellLine(into.argv)}`;
}
