import { join } from 'node:path';
import { seedTrade, type SeededTrade } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Workbench } from '../case.ts';
import { faultyDisk, type FaultyDisk } from '../native-shim.ts';
import type { Program } from '../program.ts';
import { startProgram, type RunningProgram, type StartOptions } from '../start-program.ts';

/** A server with a small set-up, on a disk that fails when it is told to. */
export interface FaultyServer {
  readonly disk: FaultyDisk;
  /** For another start of it. */
  readonly start: StartOptions;
  readonly server: RunningProgram;
  readonly seed: SeededTrade;
}

/** Starts it; ended with the case. */
export async function startOnFaultyDisk(work: Workbench, program: Program): Promise<FaultyServer> {
  const disk = faultyDisk(work);
  const start = {
    program,
    data: join(work.directory, 'data'),
    adminToken: newAdminToken(),
    environment: disk.environment,
  };
  const server = await startProgram(work, start);
  return { disk, start, server, seed: await seedTrade(server.call, server.service) };
}
