import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { networkProblems } from '#main/domain/network-problems.ts';
import { refuseProblems } from '#main/platform/refuse-problems.ts';
import { readSettings } from './read-settings.ts';

/** Stores what differs from the present settings; the audit event names exactly those. Throws INVALID_INPUT for addresses that
 *  are none. */
export function updateSettings(
  context: UseCaseContext,
  input: HandlerInput<'settings.update'>,
): Output<'settings.update'> {
  refuseProblems(
    (['trustedProxies', 'failuresExempt'] as const).flatMap((field) =>
      networkProblems(field, input[field] ?? []),
    ),
  );
  return context.command(() => {
    const present: Readonly<Record<string, unknown>> = readSettings(context.db);
    const changes = Object.entries(input).filter(
      // Lists by their content.
      ([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(present[name]),
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
