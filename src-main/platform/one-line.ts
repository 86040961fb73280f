/** What some readers take for the end of a line, and terminals for a command, although JSON leaves it as it is: DEL, C1 control
 *  characters, line and paragraph separators. */
const UNESCAPED = /[\u007f-\u009f\u2028\u2029]/g;

/** JSON text in one line for every reader; it means the same. */
export function oneLine(json: string): string {
  return json.replaceAll(
    UNESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
