import type { HandlerInput } from '#contract/contract.ts';
import type { AuditDraft } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** The two listeners. */
export type ListenerName = 'service' | 'admin';

/** Under which names the settings and the wire know their ports. */
export const PORT_SETTING = { service: 'servicePort', admin: 'adminPort' } as const;
const NAMES = ['service', 'admin'] as const;

/** From one port to another. */
export interface Move {
  readonly from: number;
  readonly to: number;
}

/** The listeners that move. */
export type Moves = ReadonlyMap<ListenerName, Move>;

/** The ports that a call names. */
export function wantedPorts(input: HandlerInput<'ports.change'>): ReadonlyMap<ListenerName, number> {
  return new Map(
    NAMES.flatMap((name) => {
      const port = input[PORT_SETTING[name]];
      return port === undefined ? [] : [[name, port] as const];
    }),
  );
}

/** Throws INVALID_INPUT when both listeners would have the same port. */
export function refuseOneForBoth(
  present: Readonly<Record<ListenerName, number>>,
  wanted: ReadonlyMap<ListenerName, number>,
): void {
  const [first] = wanted.keys();
  const after = (name: ListenerName) => wanted.get(name) ?? present[name];
  // 0 stands for any free port, and those differ.
  if (first === undefined || after('service') === 0 || after('service') !== after('admin')) return;
  const message = 'Services and the administration need two different ports.';
  throw new AppError('INVALID_INPUT', message, [{ path: PORT_SETTING[first], message }]);
}

/** What the audit trail says of moves. */
export function auditOfMoves(action: string, moves: Moves): AuditDraft {
  const of = (side: keyof Move) =>
    Object.fromEntries([...moves].map(([name, move]) => [PORT_SETTING[name], move[side]]));
  return {
    action,
    subject: { kind: 'setting', id: 'ports', name: 'Ports' },
    before: of('from'),
    after: of('to'),
  };
}
