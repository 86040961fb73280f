import { Link } from '@tanstack/react-router';
import type { AccessRequestDetail } from '#contract/access-requests.ts';
import { useAccessEvidence } from '#renderer/api/access-queries.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { SkeletonLines } from '#renderer/ui/states.tsx';
import styles from './access.module.css';

/** What log and limits say of a key that wants more: a larger limit for many callers is often several keys. */
export function RaiseEvidence({ request }: { readonly request: AccessRequestDetail }) {
  const query = useAccessEvidence({ accessRequestId: request.id });
  return (
    <section className={styles.stack} aria-label="Use of the key">
      <h3>Use of the key that wants more</h3>
      {isOfAnother(request) && (
        <p className={styles.attention}>
          The contact of this request is not that of the key’s application. Anybody can write the id of a key.
        </p>
      )}
      <AsyncRegion query={query} subject="The use of the key" skeleton={<SkeletonLines lines={3} />}>
        {({ keyId, limits, total, refusedByLimits, addressCount, agentCount }) => (
          <>
            <ul className={styles.list}>
              {limits.rateLimits.map(({ name, used, limit }) => (
                <li key={name ?? ''}>
                  {used === null ? 'For each address' : `${count(used)} used now`} of {count(limit)},{' '}
                  {name === null ? 'rate limit' : `rate limit ${name}`}
                </li>
              ))}
              {limits.quota !== null && (
                <li>
                  {count(limits.quota.used)} of {count(limits.quota.limit)} used this {limits.quota.period}
                </li>
              )}
              <li>
                {counted(total, 'request')} in 30 days, {count(refusedByLimits)} refused by limits
              </li>
              <li>
                {counted(addressCount, 'address', 'addresses')}, {counted(agentCount, 'program')} of late
              </li>
            </ul>
            {addressCount > 1 && (
              <p className={styles.attention}>
                It is used from several places. A key for each of them says who needs what: approve an extra
                key instead.
              </p>
            )}
            <Link to="/keys/$keyId" params={{ keyId }}>
              Page of the key
            </Link>
          </>
        )}
      </AsyncRegion>
    </section>
  );
}

/** Does somebody ask whom we do not know as the contact of this key? */
function isOfAnother({ keyId, existingKeys, applications }: AccessRequestDetail): boolean {
  const key = existingKeys.find((one) => one.keyId === keyId);
  return !applications.some(({ id, hasSameContact }) => id === key?.applicationId && hasSameContact);
}
