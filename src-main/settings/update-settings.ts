import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { readSettings } from './read-settings.ts';

/** Stores what differs from the present settings; the audit event names exactly those. */
export function updateSettings(
  context: UseCaseContext,
  input: HandlerInput<'settings.update'>,
): Output<'settings.update'> {
  return context.command(() => {
    const present: Readonly<Record<string, unknown>> = readSettings(context.db);
    const changes = Object.entries(input).filter(
      ([name, value]) => value !== undefined && value !== present[name],
    );
    for (const [name, value] of changes) context.db.settings.put(name, JSON.stringify(value));
    const names = changes.map(([name]) => name);
    return {
      value: readSettings(context.db),
      audit: {
        action: 'settings.update',
        subject: {
          kind: 'setting',
          id: names.length === 1 && names[0] !== undefined ? names[0] : 'settings',
          name: 'Settings',
        },
        before: Object.fromEntries(names.map((name) => [name, present[name]])),
        after: Object.fromEntries(changes),
      },
      changed: ['settings', 'status'],
    };
  });
}
