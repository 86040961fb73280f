import styles from './path-text.module.css';

/** Characters of the end that always stay: what tells two long paths apart mostly stands there. As in the style sheet. */
const TAIL = 16;
/** Shorter paths fit nearly everywhere. */
const SHORT = 2 * TAIL;

/** A path or template in monospace that, where it does not fit, is cut in its middle. Belongs into a block that hides its overflow;
 *  copied as one text. */
export function PathText({ path }: { readonly path: string }) {
  if (path.length <= SHORT) return path;
  return (
    <>
      <span className={styles.head}>{path.slice(0, -TAIL)}</span>
      {path.slice(-TAIL)}
    </>
  );
}
