import { Link } from '@tanstack/react-router';
import type { AccessRequestDetail } from '#contract/access-requests.ts';
import type { AccessRequestId } from '#contract/ids.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import textStyles from '#renderer/ui/text.module.css';
import { AccessThread, MergedRequests } from './access-thread.tsx';
import { contactWords, isUndecided, sameWords, STATE_WORDS } from './access-words.ts';
import styles from './access.module.css';
import { RaiseEvidence } from './raise-evidence.tsx';

interface AccessDetailProps {
  readonly request: AccessRequestDetail;
  readonly onShow: (id: AccessRequestId) => void;
}

/** What somebody asks for and what helps to decide. Texts of strangers are shown as text, their links too. */
export function AccessDetail({ request, onShow }: AccessDetailProps) {
  return (
    <div className={styles.detail}>
      <Decision request={request} />
      <MergedRequests request={request} onShow={onShow} />
      <AccessThread request={request} />
      <Facts>
        <Fact name="Team">{request.team}</Fact>
        <Fact name="Contact">
          {request.contactEmail}
          <br />
          <span className={textStyles.quiet}>{contactWords(request)}</span>
        </Fact>
        {request.product !== null && (
          <Fact name="Product">
            <Link
              to="/services/$serviceId"
              params={{ serviceId: request.product.serviceId }}
              search={{ tab: 'products' }}
            >
              {request.product.name}
            </Link>
            , {request.product.tier}
          </Fact>
        )}
        <Fact name="Environment">{request.environment === 'live' ? 'Live' : 'Test'}</Fact>
        <Fact name="Requests a day">about {count(request.requestsPerDay)}</Fact>
        {request.purpose !== '' && (
          <Fact name="What for">
            <span className={styles.text}>{request.purpose}</span>
          </Fact>
        )}
        {request.repository !== '' && <Fact name="Repository">{request.repository}</Fact>}
        {request.termsVersion !== null && <Fact name="Terms">accepted, version {request.termsVersion}</Fact>}
        <Fact name="Sent">
          <AbsoluteTime at={request.createdAt} />
        </Fact>
        {request.address !== null && <Fact name="From">{request.address}</Fact>}
        <Fact name="Reference">{request.reference}</Fact>
      </Facts>
      <Wanted request={request} />
      {isUndecided(request) && request.keyId !== null && <RaiseEvidence request={request} />}
      <ExistingKeys request={request} />
      <Similar request={request} onShow={onShow} />
    </div>
  );
}

function Decision({ request }: { readonly request: AccessRequestDetail }) {
  const { state, decidedAt, decidedBy, answer, grantedKeyId } = request;
  if (decidedAt === null) return null;
  return (
    <div className={styles.stack}>
      <p>
        {STATE_WORDS[state].word} by {decidedBy}, <RelativeTime at={decidedAt} />.{' '}
        {grantedKeyId !== null && (
          <Link to="/keys/$keyId" params={{ keyId: grantedKeyId }} search={{ tab: 'handoffs' }}>
            The key and its handoff
          </Link>
        )}
      </p>
      {answer !== '' && <p className={styles.text}>Told to the applicant: {answer}</p>}
    </div>
  );
}

function Wanted({ request }: { readonly request: AccessRequestDetail }) {
  if (request.judged.length === 0) return null;
  return (
    <section className={styles.stack} aria-label="Wanted endpoints">
      <h3>Wanted endpoints</h3>
      <ul className={styles.list}>
        {request.judged.map((endpoint, place) => (
          <li key={place}>
            <code>
              {endpoint.method} {endpoint.path}
            </code>
            <span className={textStyles.quiet}>
              {endpoint.serviceName === '' ? 'Service not named' : endpoint.serviceName}
              {endpoint.isRefused && ' · was refused here'}
              {!endpoint.isInCatalogue && ' · not in the catalogue'}
              {endpoint.scopes.length === 0
                ? ' · no scope allows it'
                : ` · allowed by ${endpoint.scopes.map(({ name }) => name).join(', ')}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ExistingKeys({ request }: { readonly request: AccessRequestDetail }) {
  if (request.existingKeys.length === 0) return null;
  return (
    <section className={styles.stack} aria-label="Keys that are there">
      <h3>Keys that are there</h3>
      <p className={textStyles.quiet}>
        Of an application with the same name or contact. One of them may be enough.
      </p>
      <ul className={styles.list}>
        {request.existingKeys.map((key) => (
          <li key={key.keyId}>
            <Link to="/keys/$keyId" params={{ keyId: key.keyId }}>
              {key.name}
            </Link>
            <span className={textStyles.quiet}>
              {key.partnerName} / {key.applicationName} · {key.environment} · {key.status} · may call{' '}
              {key.coveredCount} of {counted(request.endpoints.length, 'wanted endpoint')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Similar({ request, onShow }: AccessDetailProps) {
  if (request.similar.length === 0) return null;
  return (
    <section className={styles.stack} aria-label="Similar requests">
      <h3>Similar requests</h3>
      <ul className={styles.list}>
        {request.similar.map((other) => (
          <li key={other.id}>
            <Button variant="quiet" className={styles.flush} onClick={() => onShow(other.id)}>
              {other.reference}
            </Button>
            <span>{other.application}</span>
            <span className={textStyles.quiet}>
              <Chip tone={STATE_WORDS[other.state].tone}>{STATE_WORDS[other.state].word}</Chip>{' '}
              {sameWords(other.same)} · {other.contactEmail}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
