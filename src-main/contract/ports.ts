import { z } from 'zod';
import { command, query } from './procedure.ts';

/** How long new ports are tried before they go back by themselves, as with the resolution of a display. */
export const PORT_TRIAL_MS = 15_000;

/** A port that a listener can be told to use; 0 is for the command line only. */
export const portNumber = z.int().min(1).max(65_535);

const listenerPort = z
  .object({
    /** Where it listens; null while it is not open. */
    port: z.int().nullable(),
    /** A flag or the environment names the port: at the next start that wins over the settings. */
    isFixed: z.boolean(),
  })
  .readonly();

const portMove = z.object({ from: z.int(), to: z.int() }).readonly();

/** New ports beside the former ones: both answer until somebody keeps the new or the time is over. */
export const portTrial = z
  .object({
    /** What is left of PORT_TRIAL_MS. */
    leftMs: z.int().min(0),
    /** null = that listener stays where it is. */
    service: portMove.nullable(),
    admin: portMove.nullable(),
    /** Somebody signed in has called at the new admin port; true when that one does not move. */
    isReached: z.boolean(),
  })
  .readonly();
export type PortTrial = z.infer<typeof portTrial>;

const portState = z
  .object({ service: listenerPort, admin: listenerPort, trial: portTrial.nullable() })
  .readonly();
export type PortState = z.infer<typeof portState>;

const noInput = z.strictObject({});

export const portProcedures = {
  'ports.get': query('viewer', noInput, portState),
  /** Could a listener open this port now? Opens it for a moment. `message` says what is in the way, and whose it is where that is known. */
  'ports.test': query(
    'admin',
    z.strictObject({ port: portNumber }),
    z.object({ isFree: z.boolean(), message: z.string().nullable(), nextFree: z.int().nullable() }),
  ),
  /** Opens the new ports beside the present ones, for PORT_TRIAL_MS. Nothing is stored before `ports.keep`; a listener that is not open
   *  is told for its next opening. `code` takes the session of the caller along to the new admin port, once. */
  'ports.change': command(
    'admin',
    z.strictObject({ servicePort: portNumber.optional(), adminPort: portNumber.optional() }),
    portState.unwrap().extend({ code: z.string().nullable() }),
    ['PORT_TAKEN', 'WRONG_STATUS'],
    ['code'],
  ),
  /** Stores the new ports and closes the former ones; requests in flight there are answered. Refused until somebody reached the new
   *  admin port. */
  'ports.keep': command('admin', noInput, portState, ['WRONG_STATUS']),
  /** Ends the trial at once: the new ports close. */
  'ports.goBack': command('admin', noInput, portState, ['WRONG_STATUS']),
} as const;
