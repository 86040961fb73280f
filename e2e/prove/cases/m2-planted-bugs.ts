import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { testsFail } from '../mutation/mutation-score.ts';
import { sourceProgram } from '../program.ts';

/** A fault as people make them, and the tests that must see it; paths below src-main. */
interface PlantedBug {
  readonly what: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly tests: string;
}

const bug = (what: string, file: string, find: string, replace: string, tests = file): PlantedBug => ({
  what,
  file,
  find,
  replace,
  tests,
});

/** What M2 plants. */
export const BUGS: readonly PlantedBug[] = [
  bug(
    'any checksum fits',
    'domain/key-format',
    'return endsInBase62(text, start, crc32(text, start));',
    'return true;',
  ),
  bug('a slug is not part of the checksum', 'domain/key-format', 'crc32(body)', 'crc32(body.slice(12))'),
  bug('random characters favour the first digits', 'domain/base62', 'if (byte < FAIR_BYTES) codes', 'codes'),
  bug(
    'an encoded slash is taken',
    'domain/normalise-path',
    "if (/%2f/i.test(segment)) return refused('The path has an encoded slash.');",
    '',
  ),
  bug(
    'double slashes are taken',
    'domain/normalise-path',
    "if (segment === '' && index < last)",
    "if (segment === '' && index < last - 99)",
  ),
  bug(
    'an allow rule wins over a deny rule',
    'domain/path-rules',
    'if (deny !== null) return { allowed: false',
    'if (deny !== null) return { allowed: true',
  ),
  bug(
    'a deny rule that cannot be read denies nothing',
    'domain/path-rules',
    'parsed.ok ? parsed.pattern : EVERYTHING',
    'parsed.ok ? parsed.pattern : { segments: [], takesRest: false }',
  ),
  bug(
    'a wildcard takes an empty segment',
    'domain/rule-tree',
    "node.wildcard !== null && segment !== ''",
    'node.wildcard !== null',
    'domain/path-rules',
  ),
  bug(
    'a revoked key is not looked at',
    'domain/verification',
    'if (key.revokedAtMs !== null)',
    'if (key.revokedAtMs !== null && key.suspendedAtMs !== null)',
  ),
  bug(
    'a suspended key is not looked at',
    'domain/verification',
    'if (key.suspendedAtMs === null) return null;',
    'return null;',
  ),
  bug(
    'an old secret lives 1 ms longer',
    'domain/verification',
    'if (nowMs >= endsAtMs)',
    'if (nowMs > endsAtMs)',
  ),
  bug(
    'a key lives 1 ms longer than its expiry',
    'domain/key-status',
    'nowMs >= key.expiresAtMs',
    'nowMs > key.expiresAtMs',
  ),
  bug(
    'a refusal spends the limit',
    'domain/verification',
    'else if (refusal !== null) return refusal;',
    'else if (refusal !== null) { evidence.spend(); return refusal; }',
  ),
  bug(
    'an overlap outlives the key',
    'domain/rotation',
    'return Math.min(atMs, keyEndsAt(key) ?? atMs);',
    'return atMs;',
  ),
  bug(
    'a third secret may live',
    'domain/rotation',
    'if (retiringSecret(secrets, nowMs) !== null) {',
    'if (retiringSecret(secrets, nowMs) !== null && secrets.length > 99) {',
  ),
  bug('one more than the limit fits', 'domain/rate-limit', 'cost <= remaining', 'cost <= remaining + 1'),
  bug('one less than the limit fits', 'domain/rate-limit', 'cost <= remaining', 'cost < remaining'),
  bug(
    'all share one window',
    'verify/limiter',
    'const known = this.#windows.get(id);',
    "id = 'all';\n    const known = this.#windows.get(id);",
  ),
  bug(
    'a quota day is one of UTC',
    'domain/quota',
    "if (this.#parts.timeZone === 'UTC') return wantedMs;",
    'return wantedMs;',
  ),
  bug(
    'the hash of an event leaves out the one before',
    'domain/audit-chain',
    'return `${previousHashHex}\\n${canonical}`;',
    'return canonical;',
  ),
  bug(
    'the end of the trail is not compared',
    'domain/audit-chain',
    'if (checked < head.count) {',
    'if (checked < head.count && previous === head.hash) {',
  ),
  bug(
    'a host that ends like ours is ours',
    'http/guard',
    'policy.hosts.includes(head.host)',
    'policy.hosts.some((host) => head.host.endsWith(host))',
  ),
  bug(
    'an opaque origin is ours',
    'http/guard',
    'if (origin === `http://${head.host}`) return true;',
    "if (origin === `http://${head.host}` || origin === 'null') return true;",
  ),
  bug(
    'pages of another port may call',
    'http/guard',
    "head.fetchSite === 'same-origin') return null;",
    "head.fetchSite === 'same-origin' || head.fetchSite === 'same-site') return null;",
  ),
  bug('bodies have any size', 'http/guard', 'if (head.bodyBytes <= bytesMax) return null;', 'return null;'),
  bug(
    'an encoded key in a URL is not seen',
    'http/guard',
    'KEY_SHAPE.test(target) || KEY_SHAPE.test(leniently(target))',
    'KEY_SHAPE.test(target)',
  ),
  bug('keys encoded for a URL stay in the log', 'domain/redact-keys', 'round < DECODINGS_MAX', 'round < 0'),
  bug('a formula behind white space stays one', 'platform/csv-text', String.raw`[\s\u00A0\uFEFF]*`, ''),
];

async function found(work: Workbench, bugs: readonly PlantedBug[]): Promise<Figure> {
  const missed: string[] = [];
  for (const { what, file, find, replace, tests } of bugs) {
    const { root } = work.patched([{ file: `src-main/${file}.ts`, find, replace }]);
    const test = `src-main/${tests}.test.ts`;
    cpSync(join(sourceProgram().root, test), join(root, test));
    if (!(await testsFail(root, [tests]))) missed.push(what);
  }
  return {
    reached: `${String(bugs.length - missed.length)} of ${String(bugs.length)} found by the unit tests of their part${missed.length > 0 ? `; missed: ${missed.join('; ')}` : ''}`,
    holds: missed.length === 0,
  };
}

/** Faults that must not get through. */
export const cases: readonly ProveCase[] = [
  {
    id: 'M2',
    promise: 'The unit tests find the faults that would hurt most',
    target: 'all of at least 20 planted bugs',
    tier: 'T1',
    isBeside: true,
    figure: (work) => found(work, BUGS),
    controls: [
      {
        fault: 'a bug in words alone, which no test can see',
        run: (work) =>
          found(work, [
            bug('a comment', 'domain/base62', '/** Digits of base62', '/** The digits of base62'),
          ]),
      },
    ],
  },
];
