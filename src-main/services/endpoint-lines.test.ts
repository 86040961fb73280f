import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEndpointLines } from './endpoint-lines.ts';

describe('pasted endpoint lines', () => {
  it('give a route for each method of each line', () => {
    const text =
      '# Shop\r\nGET /inventory/{id}\n\n  get, post\t/offers  List or add  \rDELETE /offers/* # careful\n';
    expect(readEndpointLines(text)).toEqual({
      routes: [
        { method: 'GET', path: '/inventory/{id}', group: 'inventory', summary: '' },
        { method: 'GET', path: '/offers', group: 'offers', summary: 'List or add' },
        { method: 'POST', path: '/offers', group: 'offers', summary: 'List or add' },
        { method: 'DELETE', path: '/offers/*', group: 'offers', summary: '' },
      ],
      problems: [],
    });
  });

  it('name the line of every fault and keep the rest', () => {
    const text = [
      'GET /ok',
      'FETCH /x',
      '/no-method',
      'GET',
      'GET https://a.example/x',
      '',
      'GET /a/**/b',
      'GET /ok',
      'GET /x?y=1',
    ].join('\n');
    const { routes, problems } = readEndpointLines(text);
    expect(routes.map((route) => route.path)).toEqual(['/ok']);
    expect(problems.map((problem) => problem.line)).toEqual([2, 3, 4, 5, 7, 8, 9]);
    for (const problem of problems) expect(problem.message).toMatch(/\.$/);
  });

  it('group what has no fixed segment under /', () => {
    expect(readEndpointLines('GET /{id}\nGET /').routes.map((route) => route.group)).toEqual(['/', '/']);
  });

  it('account for every line of any text, as a route or as a problem, quickly', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[GET,/ #{}*a-z\t]{0,40}$/)), (lines) => {
        const { routes, problems } = readEndpointLines(lines.join('\n'));
        const meant = lines.filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
        return routes.length + problems.length >= Math.min(meant.length, 200);
      }),
    );
    const startedMs = performance.now();
    readEndpointLines(`GET ${' '.repeat(400_000)}x`);
    readEndpointLines(`GET${',GET'.repeat(100_000)}`);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
