import type { Service } from '#contract/services.ts';
import type { TokenExchange } from '#contract/token-exchange.ts';
import { useUpdateTokenExchange } from '#renderer/api/commands.ts';
import { useTokenExchange } from '#renderer/api/queries.ts';
import { duration } from '#renderer/format/durations.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Code, CodeBlock } from '#renderer/ui/code.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Facts, Fact } from '#renderer/ui/inspector.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { exchangeExample } from './connect-examples.ts';
import styles from './services.module.css';
import { SigningKeysPanel } from './signing-keys-panel.tsx';

/** A signing key starts and ends by the clock: looked at again this often. */
const EVERY_MS = 30_000;

/** Whether the service takes tokens that keys are exchanged for, how they are checked, and what signs them. */
export function TokensPanel({ service }: { readonly service: Service }) {
  const query = useTokenExchange({ serviceId: service.id }, { everyMs: EVERY_MS });
  return (
    <AsyncRegion query={query} subject="The tokens">
      {(exchange) => (
        <div className={styles.connect}>
          <ChooseTokens exchange={exchange} />
          {exchange.isOn && <HowToUse exchange={exchange} />}
          {exchange.signingKeys.length > 0 && <SigningKeysPanel signingKeys={exchange.signingKeys} />}
        </div>
      )}
    </AsyncRegion>
  );
}

const LIVES = [60_000, 120_000, 300_000, 600_000, 900_000].map((ms) => ({
  value: String(ms),
  label: duration(ms),
}));

function ChooseTokens({ exchange }: { readonly exchange: TokenExchange }) {
  const update = useUpdateTokenExchange();
  const { isOn, lifeMs, serviceId } = exchange;
  // One that was chosen by command stays in the list.
  const lives = LIVES.some(({ value }) => value === String(lifeMs))
    ? LIVES
    : [...LIVES, { value: String(lifeMs), label: duration(lifeMs) }];
  return (
    <section className={styles.form} aria-labelledby="tokens">
      <h2 id="tokens">Short tokens</h2>
      <p>
        A program exchanges its key for a signed token that holds all or some of the key’s rights here, and
        sends that instead. Tokens are checked offline, with published keys and without asking Latchkey, or
        online like a key.
      </p>
      <Switch
        label="Keys may be exchanged for tokens of this service"
        isOn={isOn}
        disabled={update.isRunning}
        onChange={(next) => void update.run({ serviceId, isOn: next })}
      />
      <div className={styles.life}>
        <Select
          label="A token lives for"
          help="Never longer than its key."
          value={String(lifeMs)}
          options={lives}
          disabled={update.isRunning}
          onChange={(next) => void update.run({ serviceId, lifeMs: Number(next) })}
        />
      </div>
      <p>
        <strong>A revocation reaches who checks offline only when the token ends</strong>: after at most{' '}
        {duration(lifeMs)}. Uses that are checked offline are neither logged nor counted in limits. Asked
        online, a token is refused as soon as its key is. Keys that are bound to addresses, origins, programs
        or hours are not exchanged.
      </p>
      <ErrorNote error={update.error} />
    </section>
  );
}

function HowToUse({ exchange }: { readonly exchange: TokenExchange }) {
  const { audience, issuer, jwksUrl, tokenUrl } = exchange;
  return (
    <section className={styles.form} aria-labelledby="token-use">
      <h2 id="token-use">Exchange a key</h2>
      <CodeBlock label="exchange command" code={exchangeExample(tokenUrl, audience)} />
      <h2>Check a token offline</h2>
      <Facts>
        <Fact name="JWKS">
          <Code>{jwksUrl}</Code> <CopyButton text={jwksUrl} label="Copy JWKS address" />
        </Fact>
        <Fact name="iss">
          <Code>{issuer}</Code>
        </Fact>
        <Fact name="aud">
          <Code>{audience}</Code>
        </Fact>
        <Fact name="alg">
          <Code>ES256</Code>
        </Fact>
      </Facts>
      <p className={styles.quiet}>
        Check signature, <Code>iss</Code>, <Code>aud</Code> and <Code>exp</Code>, then <Code>scope</Code>, or
        method and path against <Code>rules</Code>: a deny rule wins, and what no rule allows is refused.
      </p>
    </section>
  );
}
