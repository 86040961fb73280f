import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program, SourceFault } from '../program.ts';
import { openPolicyWorld } from '../worlds/policy-world.ts';
import { seededRandom } from '../worlds/random.ts';
import { startTeamServer, type TeamServer } from '../worlds/team-server.ts';

/** Keys in every state, each known by its public id alone. */
async function guesses(team: TeamServer): Promise<readonly (readonly [kind: string, key: string])[]> {
  const made = [];
  for (const kind of ['active', 'revoked', 'suspended', 'expired'] as const) {
    const soon = { expiresAt: Date.now() + 1_000, noExpiryReason: null };
    made.push([kind, await team.newKey(kind === 'expired' ? soon : {})] as const);
  }
  for (const [kind, { keyId }] of made) {
    if (kind === 'revoked') await team.call('keys.revoke', { keyId, reason: 'policy' });
    if (kind === 'suspended')
      await team.call('keys.suspend', { keyId, reason: 'Unpaid', message: 'Pay first' });
  }
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const unknown = made.map(
    ([kind, { secret }]) => [`wrong secret of the ${kind} key`, withOther(secret, 4)] as const,
  );
  const [, { secret = '' }] = made[0] ?? [null, {}];
  return [['unknown key id', withOther(secret, 3)], ...unknown];
}

/** The same key text with another part, and the checksum that belongs to it. */
function withOther(key: string, part: 3 | 4): string {
  const parts = key.split('_');
  const own = parts[part] ?? '';
  parts[part] = part === 3 ? `Q${own.slice(1)}` : `${own.startsWith('Q') ? 'R' : 'Q'}${own.slice(1)}`;
  const body = parts.join('_').slice(0, -6);
  return body + checksum(body);
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** As http-api.md says it: CRC-32 in base62, six digits. Written anew, so that the program's own is checked on the way. */
function checksum(body: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(body)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  let rest = (crc ^ 0xffffffff) >>> 0;
  let text = '';
  for (let digit = 0; digit < 6; digit += 1) {
    text = (BASE62[rest % 62] ?? '') + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Status, headers and body must be the same but for ids and times. */
async function answersAlike(work: Workbench, program: Program): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const kinds = await guesses(team);
  const faces = new Map<string, string>();
  for (const [kind, key] of kinds) {
    const answers = [
      await team.send('/v1/verify', {
        headers: { Authorization: `Bearer ${team.serviceToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ key, method: 'GET', path: '/inventory/1' }),
      }),
      ...(await Promise.all(
        ['generic', 'haproxy'].map((dialect) =>
          team.send(`/forward-auth/${dialect}`, {
            headers: {
              'X-Latchkey-Service': team.serviceToken,
              'X-Forwarded-Method': 'GET',
              'X-Original-Method': 'GET',
              'X-Forwarded-Uri': '/inventory/1',
              'X-Original-Uri': '/inventory/1',
              Authorization: `Bearer ${key}`,
            },
          }),
        ),
      )),
    ];
    const keyId = key.split('_')[3] ?? '';
    for (const [index, { status, headers, body }] of answers.entries()) {
      const text = JSON.stringify([index, status, Object.entries({ ...headers, date: '' }), body])
        .replaceAll(keyId, 'KEYID')
        .replaceAll(/req_[0-9A-Za-z]+/g, 'REQUEST')
        .replaceAll(/latencyUs\W+[\d.]+/g, 'LATENCY')
        .replaceAll(/content-length","\d+/g, 'LENGTH');
      faces.set(text, kind);
    }
  }
  const doors = 3;
  return {
    reached: `${String(faces.size)} different answers at ${String(doors)} doors to ${String(kinds.length)} kinds of keys that are unknown or whose secret is wrong`,
    holds: faces.size === doors,
  };
}

const BATCH = 20;
const WARM_UP = 20_000;

/** Kinds take turns in an order of chance; of each the faster half of the samples counts, because other programs run too. */
async function timesAlike(work: Workbench, program: Program, samples: number): Promise<Figure> {
  const world = await openPolicyWorld(work, program);
  const keys = [await world.newKey(), await world.newKey(), await world.newKey()];
  await world.admin.call('keys.revoke', { keyId: keys[1]?.keyId ?? '', reason: 'policy' } as never);
  await world.admin.call('keys.suspend', { keyId: keys[2]?.keyId ?? '', reason: 'Unpaid' });
  const kinds = [withOther(keys[0]?.secret ?? '', 3), ...keys.map(({ secret }) => withOther(secret, 4))];
  const times: number[][] = kinds.map(() => []);
  const random = seededRandom(66);
  for (let call = 0; call < WARM_UP; call += 1) world.verify(kinds[call % kinds.length] ?? '');
  for (let turn = 0; turn < (samples * kinds.length) / BATCH; turn += 1) {
    const kind = random.below(kinds.length);
    const key = kinds[kind] ?? '';
    const startedAt = performance.now();
    for (let call = 0; call < BATCH; call += 1) world.verify(key);
    times[kind]?.push(((performance.now() - startedAt) * 1_000) / BATCH);
  }
  const means = times.map((all) => {
    const sorted = all.toSorted((one, other) => one - other);
    const faster = sorted.slice(0, Math.ceil(sorted.length / 2));
    return faster.reduce((sum, time) => sum + time, 0) / faster.length;
  });
  const spread = (Math.max(...means) / Math.min(...means) - 1) * 100;
  return {
    reached: `${means.map((mean) => mean.toFixed(2)).join(', ')} µs for an unknown id and wrong secrets of an active, a revoked and a suspended key: ${spread.toFixed(1)} % apart`,
    holds: spread <= 5,
  };
}

const LOOKS_AT_ID: SourceFault = {
  file: 'src-main/verify/verify-key.ts',
  find: 'const credential = readCredential(request, parts.keyShapes());',
  replace: `const credential = readCredential(request, parts.keyShapes());
  if (credential.presented.kind === 'key' && parts.lookup.findKeyName(credential.presented.keyId) !== null) parts.keyring.hashText('slow'.repeat(20));`,
};

/** What a guesser learns. */
export const cases: readonly ProveCase[] = [
  {
    id: 'B6',
    promise:
      'Without the whole secret nobody learns whether a key exists, or how it is: same status, headers and body',
    target: 'one answer at each door',
    tier: 'T1',
    figure: (work) => answersAlike(work, work.program),
    controls: [
      {
        fault: 'a wrong secret of a known key is told apart',
        run: (work) =>
          answersAlike(
            work,
            work.patched([
              {
                file: 'src-main/domain/verification.ts',
                find: "return refusal('NOT_FOUND', 'This API key is not known here.', detail);",
                replace:
                  "return refusal('NOT_FOUND', presented.keyId?.startsWith('Q') ? 'Unknown.' : 'This API key is not known here.', detail);",
              },
            ]),
          ),
      },
    ],
  },
  {
    id: 'B6t',
    promise: 'It takes as long, too',
    target: 'means within 5 % of each other, 10,000 samples each',
    tier: 'T1',
    figure: (work) => timesAlike(work, work.program, work.count(50_000)),
    controls: [
      {
        fault: 'the key id is looked up first',
        run: (work) => timesAlike(work, work.patched([LOOKS_AT_ID]), 20_000),
      },
    ],
  },
];
