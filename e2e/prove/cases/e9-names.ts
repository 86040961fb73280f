import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program, SourceFault } from '../program.ts';
import { openPolicyWorld } from '../worlds/policy-world.ts';
import { seededRandom, type Random } from '../worlds/random.ts';

/** What hides in a name or turns it round. */
const HIDING = [
  ...Array.from({ length: 32 }, (_, code) => String.fromCodePoint(code)),
  ...[
    0x7f, 0x80, 0x85, 0x9f, 0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029,
    0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2061, 0x2062, 0x2063, 0x2066, 0x2067, 0x2068, 0x2069,
    0x206a, 0x206f, 0x034f, 0x115f, 0x3164, 0xffa0, 0x17b4, 0x180b, 0x2800, 0xfe0f, 0xe0100, 0xfeff, 0xfff9,
    0xfffb, 0xe000, 0xf8ff, 0xd800, 0xdfff, 0xe0001, 0xe0020, 0xe007f, 0xf0000, 0x100000, 0x1d173,
  ].map((code) => String.fromCodePoint(code)),
];
const PLAIN = [...'abcdefghijklmnopqrstuvwxyzABCDEF0123456789 -_.äéßøłŽ中文한국дем'];

async function names(program: Program, count: number): Promise<Figure> {
  const { displayName } = await program.load<typeof import('#contract/names.ts')>(
    'src-main/contract/names.ts',
  );
  const random = seededRandom(9);
  let taken = 0;
  let refused = 0;
  for (let name = 0; name < count; name += 1) {
    const text = `A${random.text(1 + random.below(12), PLAIN)}z`;
    if (!displayName.safeParse(text).success) refused += 1;
    const at = 1 + random.below(text.length - 1);
    if (displayName.safeParse(text.slice(0, at) + random.pick(HIDING) + text.slice(at)).success) taken += 1;
  }
  return {
    reached: `${String(taken)} of ${count.toLocaleString('en')} names with a hidden character taken; ${String(refused)} good ones refused`,
    holds: taken === 0 && refused === 0,
  };
}

/** Letters of other alphabets that are drawn like plain ones, by the names of Unicode; written down apart from the program's table. */
const TWINS: Readonly<Record<string, string>> = {
  a: '\u0430\u0251',
  c: '\u0441\u03f2',
  e: '\u0435',
  i: '\u0456\u03b9',
  j: '\u0458',
  o: '\u043e\u03bf\u0585',
  p: '\u0440\u03c1',
  s: '\u0455',
  x: '\u0445',
  y: '\u0443\u03b3',
  A: '\u0410\u0391\u13aa',
  B: '\u0412\u0392',
  C: '\u0421\u03f9',
  E: '\u0415\u0395',
  H: '\u041d\u0397',
  K: '\u041a\u039a',
  M: '\u041c\u039c',
  O: '\u041e\u039f0',
  P: '\u0420\u03a1',
  T: '\u0422\u03a4',
  X: '\u0425\u03a7',
  I: '\u0406\u0399l1',
  l: 'I1\u04c0',
  '1': 'lI',
  '-': '\u2010\u2011\u2212',
  ' ': '\u00a0\u2003',
};
const LETTERS = [...'ABCEHIKMOPTXacdefhijklmnoprstuxyz1 -'];
const NAMES_OF_A_STORE = 50;

/** Makes partners by command, and asks for one of the same look and for an honest one of each. */
async function twins(work: Workbench, program: Program, count: number): Promise<Figure> {
  const world = await openPolicyWorld(work, program);
  const caller = {
    actor: { kind: 'token', id: 'tok_proof', name: 'Proof' },
    role: 'owner',
    requestId: 'req_proof',
  } as const;
  const create = async (name: string): Promise<string> => {
    const input = { name, tier: 'external', contactEmail: 'a@b.example' };
    const reply = await world.admin.dispatch('partners.create', input, caller);
    return reply.ok ? 'ok' : reply.error.code;
  };
  const random = seededRandom(99);
  const known: string[] = [];
  for (let number = 0; number < NAMES_OF_A_STORE; number += 1) {
    const name = `${String.fromCodePoint(0x41 + (number % 26))}${random.text(6, LETTERS)}${String(20 + number)}z`;
    if ((await create(name)) === 'ok') known.push(name);
  }
  let taken = 0;
  let untold = 0;
  let refused = 0;
  for (let number = 0; number < count; number += 1) {
    const forged = forgedOf(random.pick(known), random);
    const code = await create(forged);
    if (code === 'ok') taken += 1;
    else if (code !== 'NAME_TAKEN') untold += 1;
    if (number % 100 === 0 && (await create(`Honest ${String(number)} q`)) !== 'ok') refused += 1;
  }
  return {
    reached: `${String(taken)} of ${count.toLocaleString('en')} names that look like another one taken, ${String(untold)} refused for another reason; ${String(refused)} honest ones refused`,
    holds: taken === 0 && untold === 0 && refused === 0 && known.length > NAMES_OF_A_STORE / 2,
  };
}

/** At least one letter is another one. */
function forgedOf(name: string, random: Random): string {
  const letters = [...name];
  const places = letters.flatMap((letter, place) => (letter in TWINS && place > 0 ? [place] : []));
  const swap = (place: number): void => {
    letters[place] = random.pick([...(TWINS[letters[place] ?? ''] ?? '')]);
  };
  if (places.length === 0) return `${letters.slice(0, -1).join('')}\u1d22`;
  swap(random.pick(places));
  for (const place of places) if (random.below(3) === 0 && letters[place] === name[place]) swap(place);
  return letters.join('');
}

const HIDDEN_TAKEN: SourceFault = {
  file: 'src-main/contract/names.ts',
  find: String.raw`/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u`,
  replace: String.raw`/[\p{Cc}]/u`,
};
const AS_WRITTEN: SourceFault = {
  file: 'src-main/domain/name-look.ts',
  find: '  const plain = plainLetters(name);',
  replace: '  const plain = name;',
};

/** Names that deceive. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E9',
    promise: 'A name with control, format, private, surrogate or other unseen characters is refused',
    target: '5,000 of 5,000',
    tier: 'T1',
    isBeside: true,
    figure: (work) => names(work.program, work.count(5_000)),
    controls: [
      {
        fault: 'only control characters are refused',
        run: (work) => names(work.patched([HIDDEN_TAKEN]), 1_000),
      },
    ],
  },
  {
    id: 'E9t',
    promise: 'A name that looks like another one of its kind is refused',
    target: '5,000 of 5,000, 0 honest ones',
    tier: 'T1',
    isBeside: true,
    figure: (work) => twins(work, work.program, work.count(5_000)),
    controls: [
      {
        fault: 'names are compared as they are written',
        run: (work) => twins(work, work.patched([AS_WRITTEN]), 300),
      },
    ],
  },
];
