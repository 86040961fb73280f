import { afterEach, beforeEach, expect } from 'vitest';
import type { Handoff } from '#contract/handoffs.ts';
import type { Key } from '#contract/keys.ts';
import { startMailServer, type ReceivedMail } from '#main/letters/mail-server.test-support.ts';
import type { NoticeDesk } from '#main/notices/notice-desk.ts';
import { createLogger } from '#main/platform/logger.ts';
import { must } from '#main/platform/must.ts';
import { deskOf } from '#main/rpc/notice-world.test-support.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { createHandoffDesk } from './handoff-desk.ts';
import { type FirstUse, HandoffWatch } from './handoff-watch.ts';
import { lookAtRotations } from './rotation-watch.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What is agreed to unless told. */
export const CONSENT = { isOn: true, overlapMs: 3 * DAY_MS, linkMs: 2 * DAY_MS, triesMax: 2 };
/** Mail to a server on this machine. */
export const MAIL = {
  ...({ isOn: true, host: 'localhost', security: 'none', user: '', from: 'keys@us.example' } as const),
  ...{ to: [], kinds: [], contactKinds: [] },
};

/** A key with a rhythm, a mail server that takes all, and the watches that the program runs; anew for each test of the file. */
export function useRotationWorld() {
  let world: TestWorld;
  let subjects: TestSubjects;
  let notices: NoticeDesk;
  let watch: HandoffWatch;
  let firstUse: FirstUse | null;
  let mails: ReceivedMail[];
  let port: number;
  let endServer: () => Promise<void>;
  let key: Key;
  let oldText: string;

  beforeEach(async () => {
    mails = [];
    firstUse = null;
    world = createTestWorld(() => ({ noticeDesk: () => Promise.resolve(notices) }));
    subjects = await makeSubjects(world);
    notices = deskOf(() => world);
    const server = await startMailServer(mails);
    port = server.port;
    endServer = server.close;
    await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
    await world.call('notices.updateMail', { ...MAIL, port });
    watch = new HandoffWatch({
      context: world.systemContext,
      firstUse: () => Promise.resolve(firstUse),
      logger: createLogger({ write: () => undefined }),
    });
    const made = await makeKey(world, subjects, { rotateEveryMs: 30 * DAY_MS, expiresAt: null });
    key = made.key;
    oldText = made.text;
  });
  afterEach(async () => {
    notices.close();
    await endServer();
    world.close();
  });

  const consent = (changes: Partial<typeof CONSENT> = {}) =>
    world.call('rotations.setHandoff', {
      owner: { kind: 'key', keyId: key.keyId },
      consent: { ...CONSENT, ...changes },
    });
  const state = () => world.call('rotations.handoff', { owner: { kind: 'key', keyId: key.keyId } }, 'viewer');
  const handoffs = async () => (await world.call('handoffs.list', { filter: { keyId: key.keyId } })).items;
  const secrets = () =>
    world.db.secrets.list(key.keyId).map(({ version, endsAtMs }) => ({ version, endsAtMs }));
  const isOldGood = () =>
    secrets().some(
      ({ version, endsAtMs }) => version === 1 && (endsAtMs === null || endsAtMs > world.nowMs()),
    );

  /** All that the program does by itself at one moment. */
  async function look(): Promise<void> {
    watch.noticeHandoffs();
    watch.look();
    await watch.confirmUsed();
    lookAtRotations(world.systemContext);
    await notices.look();
  }

  /** Lets time pass in small steps; what callers have must be good at each. */
  async function pass(durationMs: number): Promise<void> {
    for (let passed = 0; passed < durationMs; passed += 6 * HOUR_MS) {
      world.advance(6 * HOUR_MS);
      await look();
      expect(isOldGood()).toBe(true);
    }
  }

  /** To the moment when the rhythm says so. */
  async function untilDue(): Promise<void> {
    world.advance(30 * DAY_MS - 6 * HOUR_MS);
    await pass(6 * HOUR_MS);
  }

  const linkIn = (mail: ReceivedMail | undefined) =>
    must(/\/h\/([0-9A-Za-z]{43})/.exec(must(mail, 'a mail').text.replaceAll('=\r\n', '')), 'a link')[1] ?? '';
  const takeCode = async (handoff: Handoff | undefined) =>
    (await world.call('handoffs.takeCode', { handoffId: must(handoff, 'a handoff').id }, 'issuer')).code ??
    '';

  function reveal(token: string, code: string) {
    const desk = createHandoffDesk(world.systemContext, (work) => {
      work();
    });
    return desk.reveal({ token, code, visitor: { address: '203.0.113.9', agent: 'Browser' } });
  }

  return {
    get world() {
      return world;
    },
    get subjects() {
      return subjects;
    },
    get mails() {
      return mails;
    },
    get key() {
      return key;
    },
    get oldText() {
      return oldText;
    },
    get port() {
      return port;
    },
    /** What the log knows of the first request with the new secret. */
    seeFirstUse: (use: FirstUse): void => {
      firstUse = use;
    },
    ...{ consent, state, handoffs, secrets, isOldGood, look, pass, untilDue, linkIn, takeCode, reveal },
  };
}
