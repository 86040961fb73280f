import { Link } from '@tanstack/react-router';
import type { Key } from '#contract/keys.ts';
import { useServices } from '#renderer/api/queries.ts';
import { Fact } from '#renderer/ui/inspector.tsx';
import { isBound } from './binding-draft.ts';
import styles from './bindings.module.css';
import { hoursText } from './hours-text.ts';

/** The bindings of a key as facts, for the inside of Facts. */
export function BindingFacts({ subject }: { readonly subject: Key }) {
  const services = useServices().data?.items ?? [];
  const { ipAllow, originAllow, userAgentAllow, serviceAllow, timeAllow, bindingMode, signedBy } = subject;
  return (
    <>
      <Fact name="Addresses">{ipAllow.length === 0 ? 'any address' : <Lines items={ipAllow} isMono />}</Fact>
      {originAllow.length > 0 && (
        <Fact name="Origins">
          <Lines items={originAllow} isMono />
        </Fact>
      )}
      {userAgentAllow.length > 0 && (
        <Fact name="Agents">
          <Lines items={userAgentAllow} isMono />
        </Fact>
      )}
      {serviceAllow.length > 0 && (
        <Fact name="Only through">
          <Lines items={serviceAllow.map((id) => services.find((one) => one.id === id)?.name ?? id)} />
        </Fact>
      )}
      {timeAllow.length > 0 && (
        <Fact name="Hours">
          <Lines items={timeAllow.map(hoursText)} />
        </Fact>
      )}
      {signedBy !== null && (
        <Fact name="Signed by">
          <Lines items={signedBy.publicKeys} isMono />
          {signedBy.coversBody && ' with the body'}
        </Fact>
      )}
      {(isBound(subject) || signedBy !== null) && bindingMode === 'observe' && (
        <Fact name="Bindings">
          only observed: nothing is refused.{' '}
          <Link to="/requests" search={{ key: subject.keyId, observed: 'yes', range: '7d' }}>
            What would have been refused
          </Link>
        </Fact>
      )}
    </>
  );
}

function Lines({ items, isMono = false }: { readonly items: readonly string[]; readonly isMono?: boolean }) {
  return (
    <span className={styles.lines}>
      {items.map((item) => (isMono ? <code key={item}>{item}</code> : <span key={item}>{item}</span>))}
    </span>
  );
}
