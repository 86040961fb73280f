import type { AccessDesk } from '#main/access-requests/access-desk.ts';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import type { Announcement } from '#contract/events.ts';
import { requestId, serviceId, timestampMs } from '#contract/ids.ts';
import type { TimestampMs } from '#contract/ids.ts';
import { ROLES } from '#contract/procedure.ts';
import type { Role } from '#contract/procedure.ts';
import { lookupResponse } from '#contract/lookup.ts';
import { verifyResponse } from '#contract/verify.ts';
import { formatAdminToken, formatServiceToken } from '#main/domain/key-format.ts';
import { createLogger } from '#main/platform/logger.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { AdminDoor, Door, ServiceDoor } from './doors.ts';
import { EXAMPLES } from './openapi-examples.ts';
import { SessionStore } from './session-store.ts';

/** Tokens that the doors below know. */
export const SERVICE_TOKEN = formatServiceToken({ slug: 'trade', secret43: 'S'.repeat(43) });
/** Well formed, but of nobody. */
export const STRANGE_SERVICE_TOKEN = formatServiceToken({ slug: 'trade', secret43: 'X'.repeat(43) });

/** The admin token of a role. */
export function adminTokenOf(role: Role): string {
  return formatAdminToken(String(ROLES.indexOf(role)).repeat(43));
}

/** What a test can change and see of the doors below. */
class TestState {
  isBroken = false;
  verified = 0;
  /** What the doors permit of each answer that lets a request pass. */
  keepSeconds = 0;
  /** How long the log takes to write a decision. */
  writesForMs = 0;
  ids = 0;
  nowMs: TimestampMs = timestampMs.parse(1_795_305_600_000);
  readonly dispatched: { name: string; input: unknown; role: Role }[] = [];
  readonly logLines: string[] = [];
  readonly listeners = new Set<(announcement: Announcement) => void>();
  readonly revoked = new Set<string>();

  advance(durationMs: number): void {
    this.nowMs = timestampMs.parse(this.nowMs + durationMs);
  }

  announce(announcement: Announcement): void {
    for (const listener of this.listeners) listener(announcement);
  }
}

/** Doors without a store behind them, for tests of what the listeners themselves promise. */
export function testDoors() {
  const state = new TestState();
  const sessions = new SessionStore({ nowMs: () => state.nowMs, randomBytes, onChange: () => undefined });
  const base: Door & { instanceId: string } = {
    version: '0.0.0-test',
    instanceId: 'ins1234567890ab',
    logger: createLogger({ write: (line) => void state.logLines.push(line) }),
    nowMs: () => state.nowMs,
    newRequestId: () => requestId.parse(`req_${String((state.ids += 1))}`),
    findAdmin: (token) => {
      if (state.isBroken) throw new Error('The store is gone.');
      const role = ROLES.find((one) => adminTokenOf(one) === token);
      if (role === undefined || state.revoked.has(`tok_${role}`)) return null;
      return { actor: { kind: 'token', id: `tok_${role}`, name: `Token of ${role}` }, role };
    },
  };
  return {
    service: { ...base, ...serviceSide(state) },
    admin: { ...base, ...adminSide(state, sessions) },
    sessions,
    state,
  };
}

function serviceSide(state: TestState): Omit<ServiceDoor, keyof Door | 'instanceId'> {
  return {
    findService: (token) => {
      if (state.isBroken) throw new Error('The store is gone.');
      if (token !== SERVICE_TOKEN) return null;
      return {
        id: serviceId.parse('svc_0000000000000001'),
        name: 'Trade',
        slug: 'trade',
        verifyPerSecondMax: null,
        keepLiveSeconds: 0,
        keepTestSeconds: 0,
      };
    },
    verify: (_service, request) => {
      state.verified += 1;
      if (request.requestId === 'taken')
        return { kind: 'bad-request', field: 'requestId', message: 'Taken.' };
      const { allowed, refused } = EXAMPLES.verifyResponse;
      const decision = request.path === '/offers' ? refused.value : allowed.value;
      const keep =
        request.path === '/offers' || state.keepSeconds === 0
          ? null
          : {
              permittedSeconds: state.keepSeconds,
              decidedAtMs: state.nowMs,
              changesAtMs: state.nowMs + 30_500,
            };
      return { kind: 'decision', decision: verifyResponse.parse(decision), keep };
    },
    lookUp: () => {
      if (state.isBroken) throw new Error('The store is gone.');
      return { kind: 'answer', answer: lookupResponse.parse(EXAMPLES.lookupResponse.found.value) };
    },
    whenRecorded: (send) => {
      state.nowMs = timestampMs.parse(state.nowMs + state.writesForMs);
      send();
    },
    report: (_serviceId, entries) => {
      if (state.isBroken) return Promise.reject(new Error('The log is gone.'));
      const rejected = entries.flatMap((entry, index) =>
        entry.requestId === 'unknown'
          ? [{ index, code: 'UNKNOWN_REQUEST' as const, detail: 'Not known.' }]
          : [],
      );
      return Promise.resolve({ accepted: entries.length - rejected.length, rejected });
    },
    secretMadeAt: () => state.nowMs,
    trustedProxies: () => [],
    notReady: () => (state.isBroken ? ['The key store cannot be read.'] : []),
    metrics: () =>
      state.isBroken ? Promise.reject(new Error('The store is gone.')) : Promise.resolve('# test\n'),
    identityMac: (nonce) => createHmac('sha256', 'instance').update(nonce).digest('hex'),
    helpContact: () => 'api-team@example.com',
    monotonicMs: () => performance.now(),
    keyEvents: { open: () => null, acknowledge: () => false, end: () => undefined },
    holder: () => Promise.reject(new Error('There is no desk.')),
    tokens: () => Promise.reject(new Error('There is no desk.')),
    publicOrigin: () => 'https://keys.example',
    access: () => Promise.resolve(CLOSED_DESK),
    products: () => Promise.resolve({ list: () => [], find: () => null }),
    handoffs: () => Promise.resolve({ look: () => ({ kind: 'gone' }), reveal: () => ({ kind: 'gone' }) }),
  };
}

function adminSide(state: TestState, sessions: SessionStore): Omit<AdminDoor, keyof Door | 'instanceId'> {
  return {
    sessions,
    isTokenLive: (tokenId) => !state.revoked.has(tokenId),
    dispatch: (name, input, caller) => {
      state.dispatched.push({ name, input, role: caller.role });
      return Promise.resolve({ ok: true, data: { name, input } });
    },
    findExport: () => null,
    subscribe: (listener) => {
      state.listeners.add(listener);
      return () => void state.listeners.delete(listener);
    },
  };
}

/** Sends bytes as they are and gives all that comes back until the other side closes or `waitMs` pass. */
export function sendRaw(
  port: number,
  text: string,
  { waitMs = 1_500, host = '127.0.0.1' } = {},
): Promise<{ readonly text: string; readonly isClosed: boolean }> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, host, () => socket.write(text));
    const timer = setTimeout(() => {
      resolve({ text: received, isClosed: false });
      socket.destroy();
    }, waitMs);
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ text: received, isClosed: true });
    });
  });
}

/** Nobody may ask here. */
const CLOSED_DESK: AccessDesk = {
  form: () => null,
  policy: () => '',
  newFormId: () => '',
  read: () => ({ ok: false, problems: {} }),
  submit: () => ({ kind: 'full', token: '' }),
  wasSent: () => null,
  status: () => null,
  enterCode: () => null,
  answer: () => null,
};
