import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ProveCase } from './case.ts';

/** A case and the file in cases/ that exports it. */
export interface LoadedCase {
  readonly one: ProveCase;
  readonly file: string;
}

/** Each file in cases/ exports its `cases`. Throws when one does not, and when an id is there twice. */
export async function loadCases(): Promise<readonly LoadedCase[]> {
  const files = readdirSync(join(import.meta.dirname, 'cases')).filter((name) => name.endsWith('.ts'));
  const loaded: LoadedCase[] = [];
  for (const file of files.sort()) {
    for (const one of await casesOf(file)) loaded.push({ one, file });
  }
  const ids = loaded.map(({ one }) => one.id);
  if (new Set(ids).size !== ids.length) throw new Error(`An id is there twice: ${ids.join(' ')}`);
  return loaded;
}

/** Those of one file. Throws when it exports none. */
export async function casesOf(file: string): Promise<readonly ProveCase[]> {
  const { cases } = (await import(join(import.meta.dirname, 'cases', file))) as {
    readonly cases?: readonly ProveCase[];
  };
  if (cases === undefined) throw new Error(`cases/${file} exports no cases.`);
  return cases;
}
