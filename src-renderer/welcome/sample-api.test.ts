import { describe, expect, it } from 'vitest';
import { trialRequests } from './sample-api.ts';

describe('the two requests to try', () => {
  it('are one that reads and one that writes, of the catalogue, with its parameters filled in', () => {
    const endpoints = [
      { method: 'HEAD', path: '/a' },
      { method: 'PUT', path: '/items/{id}' },
      { method: 'GET', path: '/items/{id}/parts/{part}' },
    ];
    expect(trialRequests(endpoints)).toEqual({
      allowed: { method: 'GET', path: '/items/42/parts/42' },
      refused: { method: 'PUT', path: '/items/42' },
    });
  });

  it('are made up where the catalogue has none of a kind', () => {
    expect(trialRequests([])).toEqual({
      allowed: { method: 'GET', path: '/inventory' },
      refused: { method: 'POST', path: '/offers' },
    });
  });
});
