import type { KeyId } from '#contract/ids.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program, SourceFault } from '../program.ts';
import { openPolicyWorld } from '../worlds/policy-world.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_CHARACTERS = 43;
const KEY_ID_CHARACTERS = 12;

/** Many secrets and key ids as the program makes them: none twice, every character as often at every place. */
async function statistics(program: Program, keys: number): Promise<Figure> {
  const { randomBase62 } =
    await program.load<typeof import('#main/domain/base62.ts')>('src-main/domain/base62.ts');
  const { randomBytes } = await program.load<typeof import('#main/platform/random.ts')>(
    'src-main/platform/random.ts',
  );
  const places = SECRET_CHARACTERS + KEY_ID_CHARACTERS;
  const counts = new Uint32Array(places * 128);
  const seen = new Set<string>();
  let twice = 0;
  for (let key = 0; key < keys; key += 1) {
    const secret = randomBase62(SECRET_CHARACTERS, randomBytes);
    // 20 characters are 119 bits: enough to tell them apart, in half the memory.
    const half = secret.slice(0, 20);
    if (seen.has(half)) twice += 1;
    seen.add(half);
    const text = secret + randomBase62(KEY_ID_CHARACTERS, randomBytes);
    for (let place = 0; place < places; place += 1) {
      const at = place * 128 + text.charCodeAt(place);
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  const expected = keys / ALPHABET.length;
  const squares = Array.from({ length: places }, (_, place) =>
    [...ALPHABET].reduce((sum, character) => {
      const count = counts[place * 128 + character.charCodeAt(0)] ?? 0;
      return sum + (count - expected) ** 2 / expected;
    }, 0),
  );
  const largest = Math.max(...squares);
  return {
    reached: `${String(twice)} duplicates of ${keys.toLocaleString('en')}; largest chi-square of ${String(places)} places ${largest.toFixed(1)} (61 degrees of freedom, limit ${String(CHI_SQUARE_MAX)})`,
    holds: twice === 0 && largest < CHI_SQUARE_MAX,
  };
}

/** With 61 degrees of freedom one place in 10^5 is above it by chance: of 55 places that is one run in 1,800. */
const CHI_SQUARE_MAX = 116;

/** Every text that differs from a key in one character is refused by itself, before the store is asked. */
async function typos(work: Workbench, program: Program, keys: number): Promise<Figure> {
  const world = await openPolicyWorld(work, program);
  const { formatKey } = await program.load<typeof import('#main/domain/key-format.ts')>(
    'src-main/domain/key-format.ts',
  );
  let asked = 0;
  const { verify } = world.admin.db;
  const findSecret = verify.findSecret;
  Object.assign(verify, {
    findSecret: (...args: Parameters<typeof findSecret>) => {
      asked += 1;
      return findSecret(...args);
    },
  });
  let passed = 0;
  let tried = 0;
  for (let key = 0; key < keys; key += 1) {
    const secret43 = String(key).padStart(SECRET_CHARACTERS, 'Sk7Qd2mX9pR4t');
    const keyId = String(key).padStart(KEY_ID_CHARACTERS, 'k') as KeyId;
    const text = formatKey({ environment: 'live', slug: 'datafeed', keyId, secret43 });
    for (let place = 0; place < text.length; place += 1) {
      for (const character of ALPHABET) {
        if (text[place] === character) continue;
        tried += 1;
        if (world.codeOf(text.slice(0, place) + character + text.slice(place + 1)) !== 'MALFORMED')
          passed += 1;
      }
    }
  }
  return {
    reached: `${String(passed)} of ${tried.toLocaleString('en')} typos passed the checksum, ${String(asked)} look-ups`,
    holds: passed === 0 && asked === 0,
  };
}

const BIASED: SourceFault = {
  file: 'src-main/domain/base62.ts',
  find: 'if (byte < FAIR_BYTES) codes',
  replace: 'codes',
};

const ANY_CHECKSUM: SourceFault = {
  file: 'src-main/domain/key-format.ts',
  find: 'return text.endsWith(encodeBase62Fixed(crc32(text, start), CHECKSUM_CHARACTERS));',
  replace: 'return start > 0;',
};

/** Keys as texts. */
export const cases: readonly ProveCase[] = [
  {
    id: 'B7',
    promise: 'Secrets and key ids are unique, and every character is equally likely at every place',
    target: '1,000,000 keys: 0 duplicates, chi-square p > 0.001 over all places',
    tier: 'T1',
    isBeside: true,
    figure: (work) => statistics(work.program, work.count(1_000_000)),
    controls: [
      {
        fault: 'bytes are taken modulo 62, without rejection',
        run: (work) => statistics(work.patched([BIASED]), 200_000),
      },
    ],
  },
  {
    id: 'B7t',
    promise: 'A key with one wrong character is refused without a look-up',
    target: 'every one of them, 0 look-ups',
    tier: 'T1',
    isBeside: true,
    figure: (work) => typos(work, work.program, work.count(40)),
    controls: [
      {
        fault: 'the checksum is not looked at',
        run: (work) => typos(work, work.patched([ANY_CHECKSUM]), 1),
      },
    ],
  },
];
