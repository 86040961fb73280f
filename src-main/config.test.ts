import { expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { formatAdminToken } from './domain/key-format.ts';

it('takes flags before the environment, and the environment before defaults', () => {
  const environment = { LATCHKEY_DATA_DIR: '/env', LATCHKEY_PORT: '1000', XDG_DATA_HOME: '/xdg' };
  expect(readConfig(['--data', '/flag', '--port=0'], environment)).toMatchObject({
    dataDirectory: '/flag',
    servicePort: 0,
    adminPort: null,
  });
  expect(readConfig([], environment)).toMatchObject({ dataDirectory: '/env', servicePort: 1_000 });
  expect(readConfig([], { LATCHKEY_ADMIN_PORT: '', LATCHKEY_DATA_DIR: '' }).adminPort).toBeNull();
});

it.runIf(process.platform === 'linux')('keeps data where the system wants it', () => {
  expect(readConfig([], { XDG_DATA_HOME: '/xdg' }).dataDirectory).toBe('/xdg/latchkey');
  expect(readConfig([], {}).dataDirectory).toMatch(/\.local\/share\/latchkey$/);
});

it.each([
  [['--prot', '1'], {}, /Unknown argument --prot/],
  [['--port'], {}, /--port needs a value/],
  [['--data', '--port', '1'], {}, /--data needs a value/],
  [['--port', '1', '--port', '2'], {}, /twice/],
  [['--port', '65536'], {}, /--port is not a port/],
  [['--port', '-1'], {}, /--port is not a port/],
  [['--admin-port', '7e1'], {}, /--admin-port is not a port/],
  [[], { LATCHKEY_PORT: 'abc' }, /LATCHKEY_PORT is not a port/],
  [['extra'], {}, /Unknown argument/],
])('refuses %j with %j as bad usage', (argv, environment, message) => {
  expect(() => readConfig(argv, environment)).toThrow(expect.objectContaining({ exitCode: 2 }));
  expect(() => readConfig(argv, environment)).toThrow(message);
});

it('checks the form of the first admin token and repeats none of it', () => {
  const token = formatAdminToken('a'.repeat(43));
  expect(readConfig([], { LATCHKEY_ADMIN_TOKEN: token }).firstAdminToken).toBe(token);
  const typo = `${token.slice(0, -1)}_`;
  expect(() => readConfig([], { LATCHKEY_ADMIN_TOKEN: typo })).toThrow(
    expect.objectContaining({ exitCode: 2 }),
  );
  expect(() => readConfig([], { LATCHKEY_ADMIN_TOKEN: typo })).not.toThrow(token.slice(4, 20));
});
