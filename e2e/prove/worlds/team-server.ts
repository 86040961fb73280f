import { Agent, request } from 'node:http';
import { join } from 'node:path';
import type { Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { VerifyResponse } from '#contract/verify.ts';
import { makeSubjects } from '#main/rpc/test-subjects.ts';
import type { Call } from '../../running-app.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { startProgram, type RunningProgram, type StartOptions } from '../start-program.ts';

/** An answer over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Ids of a partner with an application, and of a service that it calls. */
export interface Team {
  readonly serviceId: Output<'services.list'>['items'][number]['id'];
  readonly serviceToken: string;
  readonly scopeId: Output<'scopes.create'>['id'];
  readonly applicationId: Output<'applications.create'>['id'];
}

/** A server of its own with a team in it. */
export interface TeamServer extends Team {
  readonly start: StartOptions;
  /** Another one after a restart. */
  readonly server: () => RunningProgram;
  readonly restart: (signal?: NodeJS.Signals) => Promise<void>;
  readonly call: Call;
  readonly newKey: (columns?: object) => Promise<{ readonly keyId: KeyId; readonly secret: string }>;
  /** One request to the service listener over kept connections; POST when there is a body. */
  readonly send: (path: string, options: SendOptions) => Promise<HttpAnswer>;
  /** The decision about GET /inventory/42 unless told. */
  readonly verify: (body: Readonly<Record<string, unknown>>) => Promise<VerifyResponse>;
}

/** What is sent. */
export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** Starts a server, makes the team and switches off what would turn away load. Ended with the case. */
export async function startTeamServer(
  work: Workbench,
  program: Program,
  options: Pick<StartOptions, 'environment' | 'args'> = {},
): Promise<TeamServer> {
  const start = { program, data: join(work.directory, 'team'), adminToken: newAdminToken(), ...options };
  let server = await startProgram(work, start);
  const call: Call = (name, input) => server.call(name, input);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  work.onEnd(() => {
    agent.destroy();
  });
  await call('settings.update', { shedLagMs: 0, failuresMax: 0 });
  const team = await makeTeam(call);
  const send: TeamServer['send'] = (path, sent) => sendTo(agent, `${server.service}${path}`, sent);
  return {
    start,
    server: () => server,
    restart: async (signal) => {
      await server.end(signal);
      server = await startProgram(work, start);
    },
    call,
    ...team,
    newKey: newKeyOf(call, team),
    send,
    verify: async (body) => {
      const asked = { method: 'GET', path: '/inventory/42', ...body };
      const { status, body: text } = await send('/v1/verify', {
        headers: { Authorization: `Bearer ${team.serviceToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(asked),
      });
      if (status !== 200) throw new Error(`${String(status)} ${text}`);
      return JSON.parse(text) as VerifyResponse;
    },
  };
}

/** One request over an agent's connections. */
export function sendTo(agent: Agent, url: string, options: SendOptions): Promise<HttpAnswer> {
  const { body, headers = {}, method = body === undefined ? 'GET' : 'POST' } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { agent, method, headers: { ...headers } as Record<string, string | string[]> },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString(),
          });
        });
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function makeTeam(call: Call): Promise<Team> {
  const { service, serviceToken, scope, application } = await makeSubjects({ call });
  return { serviceId: service.id, serviceToken, scopeId: scope.id, applicationId: application.id };
}

function newKeyOf(call: Call, { applicationId, scopeId }: Team): TeamServer['newKey'] {
  let number = 0;
  return async (columns = {}) => {
    number += 1;
    const { key, secret } = await call('keys.create', {
      applicationId,
      name: `Key ${String(number)}`,
      environment: 'live',
      scopeIds: [scopeId],
      expiresAt: null,
      noExpiryReason: 'Proof',
      ...columns,
    });
    if (secret === null) throw new Error('keys.create gave no secret.');
    return { keyId: key.keyId, secret };
  };
}
