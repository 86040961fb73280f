import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';

it('writes one JSON line an event, whatever is in it, and only the fields of the allow-list', () => {
  const lines: string[] = [];
  const logger = createLogger({ write: (line) => void lines.push(line) });
  const stray = {
    requestId: 'req_1\r\n\u2028\u0085\u009b31m"',
    secret: 'lk_live_secret',
    key: 'lk_live_secret',
    body: {},
  };
  logger.info('hello\nworld', stray);
  logger.error('failed', {
    error: Object.assign(new Error('boom'), { code: 'E_X', payload: 'lk_live_secret' }),
  });
  expect(lines).toHaveLength(2);
  expect(lines.every((line) => line.endsWith('\n') && line.trimEnd().split('\n').length === 1)).toBe(true);
  expect(lines.join('')).not.toContain('lk_live_secret');
  // Nothing that a reader of lines or a terminal could act on.
  expect(lines.join('').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    msg: 'hello\nworld',
    requestId: stray.requestId,
  });
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({
    level: 'error',
    error: { message: 'boom', code: 'E_X' },
  });
});
