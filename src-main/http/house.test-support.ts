import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timestampMs } from '#contract/ids.ts';
import { readConfig } from '#main/config.ts';
import { startCore } from '#main/core.ts';
import type { Core } from '#main/core.ts';
import { createLogger } from '#main/platform/logger.ts';
import { realWorker } from '#main/program-file.test-support.ts';
import { openAdminDoor, openServiceDoor } from '#main/start-doors.ts';
import type { OpenAdminDoor, OpenServiceDoor } from '#main/start-doors.ts';
import { adminTokenOf } from './doors.test-support.ts';

/** The first owner's token of every house. */
export const OWNER_TOKEN = adminTokenOf('owner');
const START_MS = 1_795_305_600_000;

/** A whole product with both doors open, on a store of its own. */
export interface House {
  readonly core: Core;
  readonly service: OpenServiceDoor;
  readonly admin: OpenAdminDoor;
  readonly logLines: readonly string[];
  /** Calls a procedure over HTTP, as the owner unless another token is given; answers the Reply. */
  readonly call: (name: string, input: unknown, token?: string) => Promise<unknown>;
  /** Time goes on, by a second unless told. It does not by itself, so that two houses can be compared. */
  readonly tick: (durationMs?: number) => void;
  readonly close: () => Promise<void>;
}

/** Opens a house on ports that are free. */
export async function openHouse(): Promise<House> {
  let nowMs = START_MS;
  const logLines: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-door-'));
  const core = await startCore({
    config: readConfig(['--data', folder], { LATCHKEY_ADMIN_TOKEN: OWNER_TOKEN }),
    host: 'headless',
    secretStore: null,
    createRequestsWorker: realWorker,
    logger: createLogger({ write: (line) => void logLines.push(line) }),
    clock: { nowMs: () => timestampMs.parse(nowMs), monotonicMs: () => performance.now() },
  });
  const service = await openServiceDoor(core, 0);
  const admin = await openAdminDoor(core, { port: 0, uiDirectory: folder });
  return {
    core,
    service,
    admin,
    logLines,
    call: (name, input, token = OWNER_TOKEN) => post(`${admin.url}/api/${name}`, token, input),
    tick: (durationMs = 1_000) => void (nowMs += durationMs),
    close: async () => {
      await Promise.all([admin.close(0), service.close(0)]);
      await core.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** POSTs JSON with a bearer token; answers the JSON that comes back. */
export async function post(url: string, token: string, input: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify(input),
  });
  return response.json();
}
