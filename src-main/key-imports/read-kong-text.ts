import { parse, YAMLParseError } from 'yaml';
import { readKongDump } from '#main/domain/read-kong-dump.ts';
import type { ReadImport } from '#main/domain/read-key-import.ts';

/** Anchors may be used, but not to blow a small text up into a large document. */
const ALIASES_MAX = 100;

/** Reads a dump of Kong: JSON, one JSON document a line, or YAML. What is wrong with it never repeats a part of it. */
export function readKongText(text: string): ReadImport {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const documents = jsonDocuments(content) ?? yamlDocument(content);
  if (typeof documents === 'string') return { entries: [], problems: [], unreadable: documents };
  return readKongDump(documents, lineFinder(content));
}

/** Null for a text that is no JSON. */
function jsonDocuments(text: string): readonly unknown[] | null {
  const whole = parseJson(text);
  if (whole !== undefined) return [whole];
  const pages = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const documents = pages.map(parseJson);
  return documents.includes(undefined) ? null : documents;
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Why it cannot be read is a sentence instead. Every scalar stays the text that it is: a key of digits is no number. */
function yamlDocument(text: string): readonly unknown[] | string {
  try {
    const options = {
      schema: 'failsafe',
      maxAliasCount: ALIASES_MAX,
      prettyErrors: false,
      uniqueKeys: false,
    } as const;
    const value: unknown = parse(text, { ...options, logLevel: 'error' });
    return [value];
  } catch (error) {
    if (error instanceof YAMLParseError) {
      const line = String(text.slice(0, error.pos[0]).split('\n').length);
      return `This is neither JSON nor YAML: line ${line} cannot be read. Paste the whole file.`;
    }
    if (error instanceof ReferenceError)
      return 'The text uses too many YAML aliases. Write the dump as JSON.';
    if (error instanceof RangeError) return 'The text is nested too deeply to be read.';
    throw error;
  }
}

/** The first line on which a word stands by itself. One pass. */
function lineFinder(text: string): (word: string) => number | null {
  const lines = new Map<string, number>();
  let line = 1;
  for (const [word] of text.matchAll(/\n|[^\s"',[\]{}]+/g)) {
    if (word === '\n') line += 1;
    else if (!lines.has(word)) lines.set(word, line);
  }
  return (word) => lines.get(word) ?? null;
}
