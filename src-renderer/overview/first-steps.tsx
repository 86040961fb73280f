import { Link } from '@tanstack/react-router';
import { Circle, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useKeysPage, usePartners, useServices, useStatus } from '#renderer/api/queries.ts';
import styles from './overview.module.css';

interface Step {
  readonly words: string;
  readonly isDone: boolean;
  readonly link: ReactNode;
}

/** What is left to do until the first request is verified; nothing once it was. */
export function FirstSteps() {
  const services = useServices();
  const partners = usePartners();
  const keys = useKeysPage({ limit: 1 });
  const status = useStatus();
  if (services.data === undefined || partners.data === undefined || keys.data === undefined) return null;
  if (status.data === undefined || status.data.log.rowCount > 0) return null;
  const items = services.data.items;
  const steps: readonly Step[] = [
    {
      words: 'Register a service that asks Latchkey',
      isDone: items.length > 0,
      link: <Link to="/services">Services</Link>,
    },
    {
      words: 'Import its endpoints',
      isDone: items.some((service) => service.endpointCount > 0),
      link: <Link to="/services">Endpoints</Link>,
    },
    {
      words: 'Add a partner and an application',
      isDone: partners.data.items.some((partner) => partner.applicationCount > 0),
      link: <Link to="/partners">Partners</Link>,
    },
    {
      words: 'Create a key',
      isDone: keys.data.total > 0,
      link: <Link to="/keys/new">Create key</Link>,
    },
    {
      words: 'Send the first request',
      isDone: false,
      link:
        items[0] === undefined ? null : (
          <Link to="/services/$serviceId" params={{ serviceId: items[0].id }} search={{ tab: 'connect' }}>
            How to connect
          </Link>
        ),
    },
  ];
  return (
    <section className={styles.steps} aria-labelledby="first-steps">
      <h2 id="first-steps">First steps</h2>
      <p>
        <Link to="/welcome">Five steps to the first verified request</Link>, or one by one:
      </p>
      <ol>
        {steps.map((step) => (
          <li key={step.words} data-done={step.isDone}>
            {step.isDone ? (
              <CircleCheck aria-label="Done" size={16} />
            ) : (
              <Circle aria-label="To do" size={16} />
            )}
            <span>{step.words}</span>
            {!step.isDone && step.link}
          </li>
        ))}
      </ol>
    </section>
  );
}
