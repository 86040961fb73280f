import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SECRET_MANAGERS, type SecretManager } from '#contract/secret-form.ts';
import { placeOf, placeProblem, secretForm } from '#contract/secret-managers.ts';

const KEY = `lk_live_shop_k7Qd2mX9pR4t_${'S'.repeat(49)}`;
const HOSTILE = `--help Mary's "$(touch pwned)" \`touch pwned\` ; touch pwned & \\n %s $key é 🙂 <b> #`;
/** Places that may be nearly anything. */
const HOSTILE_PLACES: Partial<Record<SecretManager, string>> = {
  '1password': HOSTILE,
  dotenv: `--Mary's $(touch pwned) "q" \\ %s.env`,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-forms-'));
  for (const program of ['vault', 'aws', 'gcloud', 'az', 'kubectl', 'docker', 'op', 'gh', 'systemd-creds']) {
    // Notes its arguments and what it reads.
    const stub = `#!/bin/sh\nprintf '%s\\0' ${program} "$@" > "$NOTES/arguments"\ncat > "$NOTES/input"\n`;
    writeFileSync(join(folder, program), stub, { mode: 0o755 });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

let notes: string;
beforeEach(() => {
  notes = mkdtempSync(join(folder, 'notes-'));
});
const note = (name: string) => readFileSync(join(notes, name), 'utf8');

const ALL = SECRET_MANAGERS.flatMap((manager) =>
  [false, true].flatMap((isRotation) =>
    [
      { name: 'Data feed', place: placeOf(manager)?.initial ?? '' },
      { name: HOSTILE, place: HOSTILE_PLACES[manager] ?? placeOf(manager)?.initial ?? '' },
    ].map((target) => [manager, { ...target, isRotation }] as const),
  ),
);

function run(shell: string, args: readonly string[], input: string) {
  return spawnSync(shell, args, {
    cwd: notes,
    input,
    encoding: 'utf8',
    env: { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, NOTES: notes },
  });
}

test.each(ALL)(
  'the command for %s gives the key to its standard input, whatever it is called (%j)',
  (manager, target) => {
    const form = secretForm(manager, target);
    const { stdout } = run('sh', ['-c', form.command], `${KEY}\n`);
    expect(stdout).not.toContain(KEY);
    const given = `${form.before}${KEY}${form.after}`;
    if ('file' in form.into) {
      expect(note(form.into.file)).toBe(given);
      expect(statSync(join(notes, form.into.file)).mode & 0o777).toBe(0o600);
      expect(readdirSync(notes)).toEqual([form.into.file]);
    } else {
      expect(note('input')).toBe(given);
      expect(note('arguments').split('\0').slice(0, -1)).toEqual(form.into.argv);
      expect(note('arguments')).not.toContain(KEY);
      expect(readdirSync(notes).toSorted()).toEqual(['arguments', 'input']);
    }
  },
);

const PARSERS = {
  yaml: (text: string) => void parse(text),
  json: (text: string) => void JSON.parse(text),
  sh: (text: string) => expect(run('sh', ['-n'], text)).toMatchObject({ status: 0, stderr: '' }),
  ini: (text: string) => expect(text).toMatch(/^\[Service\]\n\w+=[\w-]+:\/[\w./-]+\n$/),
  hcl: (text: string) => expect(text).toMatch(/^path "[\w/-]+" \{\n {2}capabilities = \["read"\]\n\}\n$/),
};

const GRANTED = ALL.filter(([manager]) => manager !== 'dotenv');
test.each(GRANTED)('what lets somebody read it from %s can be read by its parser (%j)', (manager, target) => {
  const { grant, name } = secretForm(manager, target);
  if (grant === null) throw new Error('nothing lets anybody read it');
  PARSERS[grant.syntax](grant.text);
  const about = manager === '1password' ? target.place : name;
  // In a shell a quotation mark is written as '\''.
  expect(grant.text.replaceAll(`'\\''`, "'")).toContain(about);
});

test.each(['Data feed', HOSTILE])('the manifest and the item say what they should of %j', (name) => {
  const kubernetes = secretForm('kubernetes', { name, place: 'shop', isRotation: false });
  expect(parse(`${kubernetes.before}${KEY}${kubernetes.after}`)).toEqual({
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', stringData: { 'api-key': KEY } },
    metadata: { name: kubernetes.name, namespace: 'shop' },
  });
  const item = secretForm('1password', { name, place: 'Private', isRotation: false });
  expect(JSON.parse(`${item.before}${KEY}${item.after}`)).toMatchObject({
    title: item.name,
    fields: [{ id: 'credential', type: 'CONCEALED', value: KEY }],
  });
});

test('names follow the rules of each manager', () => {
  const nameIn = (manager: SecretManager, name: string) =>
    secretForm(manager, { name, place: placeOf(manager)?.initial ?? '', isRotation: false }).name;
  expect(nameIn('vault', 'Données (é)')).toBe('donnees-e');
  expect(nameIn('kubernetes', `${'a'.repeat(199)} b`)).toBe('a'.repeat(199));
  expect(nameIn('azure', '***')).toBe('api-key');
  expect(nameIn('github', '3scale feed')).toBe('KEY_3SCALE_FEED');
  expect(nameIn('github', 'GitHub feed')).toBe('KEY_GITHUB_FEED');
  expect(nameIn('dotenv', 'shop api key')).toBe('SHOP_API_KEY');
  expect(nameIn('1password', '--vault=x')).toBe('vault=x');
  expect(nameIn('1password', `${'🙂'.repeat(60)}`).isWellFormed()).toBe(true);
});

test('a place that would mean another place, or many, is refused', () => {
  const refused: Partial<Record<SecretManager, readonly string[]>> = {
    vault: ['secret/*', '+/x', '', '/secret', '../sys', 'a"b'],
    azure: ['x', 'a$(id)', '-vault'],
    kubernetes: ['Shop', 'a_b', ''],
    '1password': ['', 'Private:write_items', 'a\nb'],
    github: ['acme', '--repo/x', 'a/b/c'],
    dotenv: ['', 'a\nb'],
  };
  for (const manager of SECRET_MANAGERS) {
    for (const place of refused[manager] ?? []) expect(placeProblem(manager, place), place).not.toBeNull();
    expect(placeProblem(manager, placeOf(manager)?.initial ?? '')).toBeNull();
  }
});

const hasTerminal = spawnSync('script', ['--version']).status === 0;
test.runIf(hasTerminal)(
  'a terminal shows nothing of the key that is pasted, and shows again what is typed afterwards',
  () => {
    const { command } = secretForm('vault', { name: 'Data feed', place: 'secret', isRotation: false });
    writeFileSync(
      join(notes, 'form.sh'),
      `stty() { command stty "$@"; : > "stty$1"; }\n${command}\nstty -a > after\n`,
    );
    const paste = `while [ ! -e stty-echo ]; do sleep 0.01; done; cat`;
    const { stdout } = run('sh', ['-c', `(${paste}) | script -qec 'sh form.sh' /dev/null`], `${KEY}\n`);
    expect(note('input')).toBe(KEY);
    expect(note('after')).toMatch(/ echo /);
    expect(stdout).not.toContain(KEY);
  },
);
