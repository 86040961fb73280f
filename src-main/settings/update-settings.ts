import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { parseNetwork } from '#main/domain/ip-address.ts';
import { AppError } from '#main/platform/app-error.ts';
import { readSettings } from './read-settings.ts';

/** Stores what differs from the present settings; the audit event names exactly those. Throws INVALID_INPUT for addresses that
 *  are none. */
export function updateSettings(
  context: UseCaseContext,
  input: HandlerInput<'settings.update'>,
): Output<'settings.update'> {
  refuseNoNetworks(input, ['trustedProxies', 'failuresExempt']);
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

function refuseNoNetworks(
  input: HandlerInput<'settings.update'>,
  fields: readonly ('trustedProxies' | 'failuresExempt')[],
): void {
  const problems = fields.flatMap((field) =>
    (input[field] ?? []).flatMap((text, index) => {
      const message = 'Use an address or a network, for example 203.0.113.9 or 10.0.0.0/8.';
      return parseNetwork(text) === null ? [{ path: `${field}.${String(index)}`, message }] : [];
    }),
  );
  const first = problems[0];
  if (first !== undefined) throw new AppError('INVALID_INPUT', `${first.path}: ${first.message}`, problems);
}
