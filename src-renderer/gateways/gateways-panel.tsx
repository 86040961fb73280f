import { useState } from 'react';
import type { Service } from '#contract/services.ts';
import { GatewayConfigView } from './gateway-config.tsx';
import { GatewayTester } from './gateway-tester.tsx';
import styles from './gateways.module.css';
import { saveProxy, savedProxy, type ProxyDraft } from './proxy-draft.ts';

/** A reverse proxy in front of the service: its configuration, and a test of how it behaves. */
export function GatewaysPanel({ service }: { readonly service: Service }) {
  const [draft, setDraft] = useState<ProxyDraft>(() => savedProxy(service));
  const change = (part: Partial<ProxyDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    saveProxy(service.id, next);
  };
  return (
    <div className={styles.panel}>
      <p className={styles.lead}>
        A reverse proxy can ask Latchkey about every request before it passes it on. The service behind it
        needs no code: it gets who calls in headers, and never the key.
      </p>
      <GatewayConfigView service={service} draft={draft} onChange={change} />
      <GatewayTester service={service} draft={draft} />
    </div>
  );
}
