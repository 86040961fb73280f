import { describe, expect, it } from 'vitest';
import { contract } from '#contract/contract.ts';
import { AUDITED_ACTIONS, actionWords, eventSentence, eventWords } from './audit-words.ts';

describe('audit words', () => {
  it('has words for every command about the objects people work with', () => {
    const commands = Object.entries(contract)
      .filter(([, procedure]) => procedure.kind === 'command')
      .map(([name]) => name);
    const missing = commands.filter((name) => !AUDITED_ACTIONS.includes(name));
    expect(missing).toEqual([]);
  });

  const about = (action: string, name = 'Data feed') => ({
    action,
    subject: { kind: 'key', id: 'x', name } as const,
  });

  it('makes a sentence around the name, and keeps an unknown action readable', () => {
    expect(eventSentence(about('keys.rotate'))).toBe('Rotated key Data feed');
    expect(eventSentence(about('templates.applyToMany'))).toBe(
      'Began to apply template Data feed to its keys',
    );
    expect(eventWords(about('products.unpublish'))).toEqual({
      before: 'Took product ',
      name: 'Data feed',
      after: ' back from its page',
    });
    expect(eventSentence(about('sessions.createPairingLink', 'Pairing link'))).toBe('Created a pairing link');
    expect(eventSentence(about('else.where'))).toBe('else.where Data feed');
    expect(actionWords('else.where')).toBe('else.where');
  });

  it('leaves the name and what belongs to it out where the object is known', () => {
    expect(actionWords('keys.endOverlap')).toBe('Ended the old secret');
    expect(actionWords('keys.updateOverlap')).toBe('Changed how the overlap ends');
  });

  it('tells every action apart from every other, with marks of its own making in none', () => {
    const words = AUDITED_ACTIONS.map((action) => actionWords(action));
    expect(new Set(words).size).toBe(words.length);
    const sentences = AUDITED_ACTIONS.map((action) => eventSentence(about(action)));
    expect(sentences.filter((sentence) => /[[\]{}]| {2}|^[^A-Z]| $/.test(sentence))).toEqual([]);
  });
});
