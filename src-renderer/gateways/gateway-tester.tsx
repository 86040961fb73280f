import { Play } from 'lucide-react';
import { useState } from 'react';
import { gatewayTestInput, type GatewayTestInput, type GatewayTestResult } from '#contract/gateways.ts';
import { METHODS } from '#contract/http-methods.ts';
import type { Service } from '#contract/services.ts';
import { useTestGateway } from '#renderer/api/commands.ts';
import { useEndpoints } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { countdown } from '#renderer/format/durations.ts';
import { formProblems } from '#renderer/format/form-problems.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './gateways.module.css';
import { publicUrl, type ProxyDraft } from './proxy-draft.ts';
import { TestResult } from './test-result.tsx';

/** Sends good and bad requests through the operator's own proxy and shows what should have come back beside what did. */
export function GatewayTester({ service, draft }: { readonly service: Service; readonly draft: ProxyDraft }) {
  const run = useTestGateway();
  const [startedMs, setStartedMs] = useState(0);
  const [done, setDone] = useState<{ readonly url: string; readonly result: GatewayTestResult } | null>(null);
  const start = async (input: GatewayTestInput) => {
    setStartedMs(nowMs());
    setDone(null);
    const outcome = await run.run(input);
    if (outcome.ok) setDone({ url: input.url, result: outcome.data });
  };
  return (
    <section className={styles.part} aria-label="Test the gateway" aria-busy={run.isRunning}>
      <h2>Test the gateway</h2>
      <p className={styles.lead}>
        Sends some 25 requests through the running proxy, with keys of every kind that are made for it and
        revoked at its end. Good keys reach the endpoint a few times: choose a harmless one.
      </p>
      <TesterForm
        service={service}
        url={publicUrl(draft)}
        isRunning={run.isRunning}
        refusalOf={(field) => run.error?.field(field)}
        onStart={(input) => void start(input)}
      />
      {(run.error?.fields.length ?? 0) === 0 && <ErrorNote error={run.error} />}
      {run.isRunning && <Running startedMs={startedMs} />}
      <div role="status">{done !== null && <TestResult {...done} />}</div>
    </section>
  );
}

type TestMethod = GatewayTestInput['method'];
const METHOD_OPTIONS = METHODS.filter((method): method is TestMethod => method !== 'OPTIONS').map(
  (method) => ({
    value: method,
    label: method,
  }),
);

interface TesterFormProps {
  readonly service: Service;
  /** Where the configuration above says that callers come. */
  readonly url: string;
  readonly isRunning: boolean;
  /** What the server had against a field. */
  readonly refusalOf: (field: string) => string | undefined;
  readonly onStart: (input: GatewayTestInput) => void;
}

function TesterForm({ service, url, isRunning, refusalOf, onStart }: TesterFormProps) {
  const forbidden = useForbidden()('gateways.test');
  const suggestedPath = useHarmlessPath(service);
  const [typedUrl, setUrl] = useState<string | null>(null);
  const [typedPath, setPath] = useState<string | null>(null);
  const [method, setMethod] = useState<TestMethod>('GET');
  const [isTried, setTried] = useState(false);
  const typed = { url: typedUrl ?? url, path: typedPath ?? suggestedPath };
  const parsed = gatewayTestInput.safeParse({
    serviceId: service.id,
    method,
    url: typed.url.trim(),
    path: typed.path.trim(),
  });
  const problems = isTried ? formProblems(parsed.error) : [];
  const errorOf = (field: string) =>
    problems.find((problem) => problem.path === field)?.message ?? refusalOf(field);
  return (
    <form
      className={styles.tester}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (parsed.success && forbidden === undefined && !isRunning) onStart(parsed.data);
      }}
    >
      <TextField
        label="Address of the proxy"
        isMono
        type="url"
        value={typed.url}
        onChange={setUrl}
        error={errorOf('url')}
      />
      <Select label="Method" value={method} options={METHOD_OPTIONS} onChange={setMethod} />
      <TextField label="Path" isMono value={typed.path} onChange={setPath} error={errorOf('path')} />
      <Button
        type="submit"
        variant="primary"
        size="large"
        className={styles.start}
        icon={<Play aria-hidden />}
        isBusy={isRunning}
        disabledReason={forbidden}
      >
        {isRunning ? 'Testing…' : 'Test gateway'}
      </Button>
    </form>
  );
}

/** A path of the catalogue that reads and has no part to fill in, else `/`. */
function useHarmlessPath(service: Service): string {
  const { data } = useEndpoints({ serviceId: service.id });
  return data?.items.find(({ method, path }) => method === 'GET' && !path.includes('{'))?.path ?? '/';
}

/** The server starts no request after 35 s and waits 5 s for the last one. */
const RUN_MS_MAX = 40_000;

function Running({ startedMs }: { readonly startedMs: number }) {
  const elapsedMs = Math.max(0, useNow(1_000) - startedMs);
  return (
    <div className={styles.running}>
      <progress max={RUN_MS_MAX} value={Math.min(elapsedMs, RUN_MS_MAX)} aria-label="Time of the test" />
      <span>
        Sending requests, {countdown(elapsedMs)} so far, at most {countdown(RUN_MS_MAX)}. The keys of the test
        are revoked at its end, even when you leave this page.
      </span>
    </div>
  );
}
