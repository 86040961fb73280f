import { describe, expect, it } from 'vitest';
import { contract } from '#contract/contract.ts';
import { AUDITED_ACTIONS, actionWords, eventSentence } from './audit-words.ts';

describe('audit words', () => {
  it('has words for every command about the objects people work with', () => {
    const commands = Object.entries(contract)
      .filter(([, procedure]) => procedure.kind === 'command')
      .map(([name]) => name);
    const missing = commands.filter((name) => !AUDITED_ACTIONS.includes(name));
    expect(missing).toEqual([]);
  });

  it('makes a sentence and keeps an unknown action readable', () => {
    expect(
      eventSentence({ action: 'keys.rotate', subject: { kind: 'key', id: 'x', name: 'Data feed' } }),
    ).toBe('Rotated key Data feed');
    expect(actionWords('else.where')).toBe('else.where');
  });
});
