import { Link } from '@tanstack/react-router';
import type { MissingEndpoint } from '#contract/endpoint-import.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import styles from './services.module.css';

/** The keys, some of them, and the rules by which an endpoint may be called. */
export function EndpointUsers({
  keyCount,
  keys,
  rules,
}: Pick<MissingEndpoint, 'keyCount' | 'keys' | 'rules'>) {
  const more = keyCount - keys.length;
  return (
    <>
      {keys.length > 0 && (
        <span>
          {keys.map(({ keyId, name, application }, index) => (
            <span key={keyId}>
              {index > 0 && ', '}
              <Link to="/keys/$keyId" params={{ keyId }} title={application}>
                {name}
              </Link>
            </span>
          ))}
          {more > 0 && ` and ${count(more)} more`}
        </span>
      )}
      {rules.map((rule) => (
        <span key={rule} className={styles.rule}>
          {rule}
        </span>
      ))}
    </>
  );
}

/** `2 keys may call it`. `isWhole` false: not all keys were looked at. */
export function usersText(keyCount: number, isWhole: boolean): string {
  if (!isWhole) return `at least ${counted(keyCount, 'key')} may call it`;
  return keyCount === 0 ? 'no key may call it' : `${counted(keyCount, 'key')} may call it`;
}
