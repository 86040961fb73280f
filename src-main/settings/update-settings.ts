import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Settings } from '#contract/settings.ts';
import type { UseCaseContext } from '#main/context.ts';
import { readSettings } from './read-settings.ts';

/** Stores what differs from the present settings; the audit event names exactly those. */
export function updateSettings(
  context: UseCaseContext,
  input: HandlerInput<'settings.update'>,
): Output<'settings.update'> {
  return context.command(() => {
    const present = readSettings(context.db);
    const after = changedFields(present, input);
    const names = Object.keys(after) as (keyof Settings)[];
    for (const name of names) context.db.settings.put(name, JSON.stringify(after[name]));
    return {
      value: readSettings(context.db),
      audit: {
        action: 'settings.update',
        subject: { kind: 'setting', id: names.length === 1 ? (names[0] ?? '') : 'settings', name: 'Settings' },
        before: Object.fromEntries(names.map((name) => [name, present[name]])),
        after,
      },
      changed: ['settings', 'status'],
    };
  });
}

function changedFields(present: Settings, input: HandlerInput<'settings.update'>): Partial<Settings> {
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => value !== undefined && value !== present[name as keyof Settings]),
  );
}
