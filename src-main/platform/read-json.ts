import { readFileSync } from 'node:fs';
import { errorCode } from './error-code.ts';

/** A JSON file's content; `undefined` when there is no file, `null` when it is not JSON (callers' schemas refuse that). */
export function readJson(path: string): unknown {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    // Half a file after a crash is an expected answer here.
    return null;
  }
}
