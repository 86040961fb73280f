import { parseArgs } from 'node:util';
import { SECRET_MANAGERS, type SecretForm, type SecretManager } from '#contract/secret-form.ts';
import { managerLabel, placeOf, placeProblem, secretForm } from '#contract/secret-managers.ts';
import { UsageError } from './terminal.ts';

const DEFAULT_NAME = 'latchkey api key';

/** What of the command line says which secret manager and where in it. */
export interface ManagerOptions {
  readonly name: string | undefined;
  readonly place: string | undefined;
  readonly isRotation: boolean;
}

/** The form of a manager for what a command line says. Throws UsageError. */
export function formOf(managerText: string, { name, place, isRotation }: ManagerOptions): SecretForm {
  const manager = SECRET_MANAGERS.find((known) => known === managerText);
  if (manager === undefined) {
    throw new UsageError(`${managerText} is none of ${SECRET_MANAGERS.join(', ')}.`);
  }
  const chosen = place ?? placeOf(manager)?.initial ?? '';
  if (place !== undefined && placeOf(manager) === null) {
    throw new UsageError(`${managerLabel(manager)} has no --place.`);
  }
  const problem = placeProblem(manager, chosen);
  if (problem !== null) throw new UsageError(`--place: ${problem}`);
  return secretForm(manager, { name: name ?? DEFAULT_NAME, place: chosen, isRotation });
}

/** `latchkey form`: how to put a key into a secret manager by hand, and what lets one reader have it. Asks nobody, holds no key. */
export function printForm(args: readonly string[]): string {
  const { values, positionals } = read(args);
  const [manager, ...more] = positionals;
  if (manager === undefined) return SECRET_MANAGERS.map(inList).join('\n');
  if (more.length > 0) throw new UsageError('Name one secret manager.');
  const form = formOf(manager, {
    ...{ name: values.name, place: values.place },
    isRotation: values.replace === true,
  });
  const note = form.note === null ? [] : [`# ${form.note}`];
  const grant = form.grant === null ? [] : ['', `# ${form.grant.title}`, form.grant.text.trimEnd()];
  return ['# Run this, paste the key, press Enter.', ...note, form.command, ...grant].join('\n');
}

function inList(manager: SecretManager): string {
  const place = placeOf(manager);
  const usual = place === null ? '' : ` (--place: ${place.label.toLowerCase()}, usually ${place.initial})`;
  return `${manager.padEnd(11)} ${managerLabel(manager)}${usual}`;
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      ...{ args: [...args], allowPositionals: true },
      options: { name: text, place: text, replace: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message.split('.')[0] ?? ''}.` : 'Bad usage.');
  }
}
