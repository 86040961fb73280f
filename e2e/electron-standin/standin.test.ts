import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const { strict, makeEvent } = require('./strict.cjs');
const wire = require('./wire.cjs');
const { toChromium, toElectron, answerRequest } = require('./custom-protocols.cjs');
const { parseCommandLine } = require('./command-line.cjs');
const { ClipboardItem, clipboard } = require('./clipboard.cjs');

describe('a strict object', () => {
  it('throws for a member that is not implemented instead of passing it over', () => {
    const object = strict('thing', { known: () => 1 });
    expect(object.known()).toBe(1);
    expect(() => object.unknown).toThrow('electron stand-in: thing.unknown is not implemented');
    expect(() => object.unknown()).toThrow('not implemented');
  });

  it('reaches private fields and goes on with itself in chained calls', () => {
    class Counter {
      #count = 0;
      up(): this {
        this.#count += 1;
        return this;
      }
      count(): number {
        return this.#count;
      }
    }
    expect(strict('counter', new Counter()).up().up().count()).toBe(2);
    expect(() => strict('counter', new Counter()).up().down()).toThrow('not implemented');
  });

  it('refuses everything but a few questions once it is destroyed', () => {
    const window = strict('window', { _isDead: true, isDestroyed: () => true, show: () => undefined });
    expect(window.isDestroyed()).toBe(true);
    expect(() => window.show()).toThrow('Object has been destroyed');
  });

  it('has events that can be prevented', () => {
    const event = makeEvent({ url: 'x' });
    event.preventDefault();
    expect(event).toMatchObject({ defaultPrevented: true, url: 'x' });
  });
});

describe('values on their way between page and main process', () => {
  it.each([
    [null],
    [undefined],
    [true],
    [-0.5],
    [Number.POSITIVE_INFINITY],
    [12n],
    ['text with “quotes”'],
    [[1, [2, undefined]]],
    [{ a: { b: null }, $: 'looks like a mark' }],
    [new Date(0)],
    [new Map([['a', new Set([1])]])],
    [new Uint8Array([0, 255, 7])],
  ])('arrive as they were: %s', (value) => {
    expect(wire.decode(wire.encode(value))).toEqual(value);
  });

  it('are refused when they cannot be cloned', () => {
    expect(() => wire.encode(() => 1)).toThrow('could not be cloned');
    expect(() => wire.encode({ a: Symbol('x') })).toThrow('could not be cloned');
  });
});

describe('addresses of a scheme of the app', () => {
  const schemes = new Set(['app']);

  it.each([
    'app://bundle/',
    'app://bundle/index.html',
    'app://bundle/a/b.js?x=1#/keys?text=y',
    'app://other/x',
  ])('become addresses that Chromium can load, and back: %s', (address) => {
    const chromium = toChromium(address, schemes);
    expect(chromium).toMatch(/^http:\/\/[a-z]+\.app\.localhost\//);
    expect(toElectron(chromium, schemes)).toBe(address);
  });

  it.each([
    'https://evil.test/',
    'file:///etc/passwd',
    'foo://bundle/',
    'http://bundle.foo.localhost/',
    'about:blank',
  ])('leave all others alone: %s', (address) => {
    expect(toChromium(address, schemes)).toBe(address);
    expect(toElectron(address, schemes)).toBe(address);
  });

  it('are answered with the status, headers and bytes of the handler', async () => {
    const paused = { requestId: '7', request: { method: 'GET', headers: {} } };
    const handler = (request: Request): Response =>
      new Response(request.url, { status: 404, headers: { 'X-Own': 'yes' } });
    const answer = await answerRequest(paused, 'app://bundle/x', handler);
    expect(answer).toMatchObject({
      requestId: '7',
      responseCode: 404,
      body: Buffer.from('app://bundle/x').toString('base64'),
    });
    expect(answer.responseHeaders).toContainEqual({ name: 'x-own', value: 'yes' });
  });
});

describe('the command line', () => {
  it('tells switches, modules to load first and the app apart', () => {
    const parsed = parseCommandLine([
      '-r',
      'loader.js',
      '--no-sandbox',
      '--inspect=0',
      'main.js',
      '--data',
      '/tmp/x',
    ]);
    expect(parsed.modules).toEqual(['loader.js']);
    expect([...parsed.switches]).toEqual([
      ['no-sandbox', ''],
      ['inspect', '0'],
      ['data', ''],
    ]);
    expect(parsed.target).toBe('main.js');
  });
});

describe('the clipboard', () => {
  it('holds what one write put there, all of it or none', async () => {
    await clipboard.write([new ClipboardItem({ 'text/plain': 'secret', 'x-mark': 'yes' })]);
    expect(await clipboard.readText()).toBe('secret');
    expect(await clipboard.has('x-mark')).toBe(true);
    await clipboard.writeText('other');
    expect(await clipboard.has('x-mark')).toBe(false);
    clipboard.clear();
    expect(await clipboard.readText()).toBe('');
  });
});

describe.skipIf(process.platform !== 'linux')('the executable', () => {
  const electron = join(import.meta.dirname, 'electron');
  let folder: string;
  const write = (main: string): void => {
    writeFileSync(
      join(folder, 'package.json'),
      '{ "name": "sample", "version": "1.2.3", "type": "module", "main": "main.js" }',
    );
    writeFileSync(join(folder, 'main.js'), main);
  };
  const env = { ...process.env, STANDIN_NODE: process.execPath };
  const run = (...args: string[]) =>
    spawnSync(electron, [folder, `--user-data-dir=${join(folder, 'profile')}`, ...args], {
      env,
      encoding: 'utf8',
      timeout: 30_000,
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-standin-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('runs the app of a folder as Electron would: import, ready, own version, exit code', () => {
    write(`import { app } from 'electron';
      app.on('quit', (_event, code) => console.log('quit', code));
      await app.whenReady();
      console.log(app.getName(), app.getVersion(), process.versions.electron, process.type, app.isPackaged);
      app.exit(7);`);
    const result = run();
    expect(result.stdout).toBe('sample 1.2.3 45.4.1-standin browser false\nquit 7\n');
    expect(result.status).toBe(7);
  });

  it('ends with a message when the app fails while it loads', () => {
    write("throw new Error('broken');");
    const result = run();
    expect(result.status).toBe(1);
    expect(result.stderr).toContain('App threw an error during load');
  });

  it('hands a second start over to the first', async () => {
    write(`import { app } from 'electron';
      if (!app.requestSingleInstanceLock()) app.quit();
      else {
        app.on('second-instance', (_event, argv) => { console.log('second', argv.at(-1)); app.quit(); });
        console.log('first');
      }`);
    const first = spawn(electron, [folder, `--user-data-dir=${join(folder, 'profile')}`], { env });
    let printed = '';
    first.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    await expect.poll(() => printed, { timeout: 15_000 }).toContain('first');
    const ended = new Promise<number | null>((resolve) => first.once('exit', resolve));
    expect(run('--hello').status).toBe(0);
    expect(await ended).toBe(0);
    expect(printed).toContain('second --hello');
  });

  it('waits for an app that refuses to quit yet', () => {
    write(`import { app } from 'electron';
      let asked = 0;
      app.on('before-quit', (event) => { asked += 1; event.preventDefault(); setTimeout(() => { console.log('asked', asked); app.exit(0); }, 100); });
      await app.whenReady();
      app.quit();`);
    expect(run().stdout).toBe('asked 1\n');
  });
});
