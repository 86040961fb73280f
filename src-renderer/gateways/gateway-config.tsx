import { useDeferredValue } from 'react';
import { GATEWAY_DIALECTS, type GatewayConfig } from '#contract/gateways.ts';
import type { Service } from '#contract/services.ts';
import { useGatewayConfig, useStatus } from '#renderer/api/queries.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Code } from '#renderer/ui/code.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { GatewayFiles } from './gateway-files.tsx';
import { DIALECT_NAMES, stepParts } from './gateway-words.ts';
import styles from './gateways.module.css';
import { readProxy, type ProxyDraft } from './proxy-draft.ts';

interface GatewayConfigProps {
  readonly service: Service;
  readonly draft: ProxyDraft;
  readonly onChange: (part: Partial<ProxyDraft>) => void;
}

/** The operator's proxy, and the files that make it ask. */
export function GatewayConfigView({ service, draft, onChange }: GatewayConfigProps) {
  const { input, problems } = readProxy(service.id, draft);
  const asked = useDeferredValue(input);
  const query = useGatewayConfig(asked ?? { ...NOTHING, serviceId: service.id }, {
    isEnabled: asked !== null,
    keepsPrevious: true,
  });
  const errorOf = (path: string) => problems.find((problem) => problem.path === path)?.message;
  return (
    <section className={styles.part} aria-label="Configuration">
      <h2>Configuration</h2>
      <ProxyFields draft={draft} onChange={onChange} errorOf={errorOf} />
      {input === null ? (
        <p className={styles.quiet} role="status">
          Complete the fields above to get the configuration.
        </p>
      ) : (
        <AsyncRegion query={query} subject="The configuration">
          {(config) => <Written config={config} />}
        </AsyncRegion>
      )}
    </section>
  );
}

const NOTHING = { dialect: 'nginx', upstreamUrl: 'http://localhost', publicHost: 'localhost' } as const;
const DIALECTS = GATEWAY_DIALECTS.map((dialect) => ({ value: dialect, label: DIALECT_NAMES[dialect] }));

type ProxyFieldsProps = Omit<GatewayConfigProps, 'service'> & {
  readonly errorOf: (path: string) => string | undefined;
};

function ProxyFields(props: ProxyFieldsProps) {
  const { draft, onChange, errorOf } = props;
  return (
    <>
      <div className={styles.fields}>
        <Select
          label="Proxy"
          value={draft.dialect}
          options={DIALECTS}
          onChange={(dialect) => onChange({ dialect })}
        />
        <TextField
          label="Service behind it"
          isMono
          type="url"
          placeholder="http://127.0.0.1:8080"
          value={draft.upstreamUrl}
          onChange={(upstreamUrl) => onChange({ upstreamUrl })}
          error={errorOf('upstreamUrl')}
        />
        <TextField
          label="Host that callers use"
          isMono
          placeholder="api.example.com"
          value={draft.publicHost}
          onChange={(publicHost) => onChange({ publicHost })}
          error={errorOf('publicHost')}
        />
        <NumberField
          label="Port"
          isGrouped={false}
          min={1}
          max={65_535}
          value={draft.publicPort}
          onChange={(publicPort) => onChange({ publicPort })}
          error={errorOf('publicPort')}
        />
      </div>
      <FurtherFields {...props} />
    </>
  );
}

function FurtherFields({ draft, onChange, errorOf }: ProxyFieldsProps) {
  const status = useStatus();
  const isInUse = draft.latchkeyUrl !== '' || draft.configFolder !== '' || draft.consumerHeaders;
  return (
    <Disclosure label="More settings" isInUse={isInUse || draft.legacyRateLimitHeaders}>
      <div className={styles.fields}>
        <TextField
          label="Latchkey, as the proxy reaches it"
          isOptional
          isMono
          type="url"
          placeholder={status.data?.service.url ?? 'http://127.0.0.1:7420'}
          value={draft.latchkeyUrl}
          onChange={(latchkeyUrl) => onChange({ latchkeyUrl })}
          error={errorOf('latchkeyUrl')}
        />
        <TextField
          label="Folder of the configuration"
          isOptional
          isMono
          placeholder="/etc/nginx"
          help="Empty: where Debian’s package has it."
          value={draft.configFolder}
          onChange={(configFolder) => onChange({ configFolder })}
          error={errorOf('configFolder')}
        />
      </div>
      <Checkbox
        label="Kong’s consumer headers too"
        help="X-Consumer-ID, X-Consumer-Username, X-Consumer-Custom-ID and X-Credential-Identifier, for services that came from Kong."
        isChecked={draft.consumerHeaders}
        onChange={(consumerHeaders) => onChange({ consumerHeaders })}
      />
      <Checkbox
        label="The older rate limit headers too"
        help="X-RateLimit-Limit, -Remaining and -Reset beside RateLimit and RateLimit-Policy."
        isChecked={draft.legacyRateLimitHeaders}
        onChange={(legacyRateLimitHeaders) => onChange({ legacyRateLimitHeaders })}
      />
    </Disclosure>
  );
}

function Written({ config }: { readonly config: GatewayConfig }) {
  const { dialect, files, steps, traps } = config;
  return (
    <div className={styles.part}>
      <GatewayFiles key={dialect} files={files} />
      <div className={styles.notes}>
        <div>
          <h3>What to do</h3>
          <ol className={styles.list}>
            {steps.map((step) => (
              <li key={step}>
                <Sentence text={step} />
              </li>
            ))}
          </ol>
        </div>
        <div>
          <h3>What goes wrong with {DIALECT_NAMES[dialect]}</h3>
          <ul className={styles.list}>
            {traps.map((trap) => (
              <li key={trap}>
                <Sentence text={trap} />
              </li>
            ))}
          </ul>
        </div>
      </div>
    </div>
  );
}

function Sentence({ text }: { readonly text: string }) {
  return stepParts(text).map((part, index) =>
    part.isCode ? <Code key={index}>{part.text}</Code> : <span key={index}>{part.text}</span>,
  );
}
