import { z } from 'zod';
import { GATEWAY_DIALECTS, gatewayConfigInput, gatewayDialect } from '#contract/gateways.ts';
import type { CallInput } from '#contract/contract.ts';
import type { ServiceId } from '#contract/ids.ts';
import type { Service } from '#contract/services.ts';
import { formProblems, type FieldIssue } from '#renderer/format/form-problems.ts';

const proxyDraft = z.object({
  dialect: gatewayDialect,
  upstreamUrl: z.string(),
  publicHost: z.string(),
  publicPort: z.number().nullable(),
  /** Empty: the service listener's own address. */
  latchkeyUrl: z.string(),
  /** Empty: where the proxy's package has it. */
  configFolder: z.string(),
  consumerHeaders: z.boolean(),
  legacyRateLimitHeaders: z.boolean(),
});
/** The operator's proxy as typed; kept in this browser for each service. Holds no secret. */
export type ProxyDraft = z.output<typeof proxyDraft>;

const storageKey = (serviceId: ServiceId) => `latchkey.proxy.${serviceId}`;

/** What was typed for this service before, or what its base address suggests. */
export function savedProxy(service: Service): ProxyDraft {
  const suggested: ProxyDraft = { ...DEFAULTS, ...publicAddress(service.baseUrl) };
  const text = localStorage.getItem(storageKey(service.id));
  if (text === null) return suggested;
  try {
    return proxyDraft.safeParse(JSON.parse(text)).data ?? suggested;
  } catch {
    return suggested;
  }
}

/** Keeps what was typed. */
export function saveProxy(serviceId: ServiceId, draft: ProxyDraft): void {
  localStorage.setItem(storageKey(serviceId), JSON.stringify(draft));
}

/** Where callers reach the proxy: `http://api.example.com:8080`. */
export function publicUrl({ publicHost, publicPort }: ProxyDraft): string {
  const port = publicPort ?? 80;
  if (port === 443) return `https://${publicHost}`;
  return port === 80 ? `http://${publicHost}` : `http://${publicHost}:${port}`;
}

/** Input of gateways.config, or what keeps the draft from being one, by field. */
export function readProxy(
  serviceId: ServiceId,
  draft: ProxyDraft,
): { readonly input: CallInput<'gateways.config'> | null; readonly problems: readonly FieldIssue[] } {
  const { latchkeyUrl, configFolder, upstreamUrl, publicHost, ...rest } = draft;
  const parsed = gatewayConfigInput.safeParse({
    ...rest,
    serviceId,
    upstreamUrl: upstreamUrl.trim(),
    publicHost: publicHost.trim(),
    ...(latchkeyUrl.trim() === '' ? {} : { latchkeyUrl: latchkeyUrl.trim() }),
    ...(configFolder.trim() === '' ? {} : { configFolder: configFolder.trim() }),
  });
  return { input: parsed.data ?? null, problems: formProblems(parsed.error) };
}

const DEFAULTS: ProxyDraft = {
  dialect: GATEWAY_DIALECTS[0],
  upstreamUrl: 'http://127.0.0.1:8080',
  publicHost: 'localhost',
  publicPort: 80,
  latchkeyUrl: '',
  configFolder: '',
  consumerHeaders: false,
  legacyRateLimitHeaders: false,
};

/** Where the base address says that callers come. The generated listener speaks plain HTTP: the port of HTTPS is not for it. */
function publicAddress(baseUrl: string | null): Partial<ProxyDraft> {
  if (baseUrl === null || !URL.canParse(baseUrl)) return {};
  const { hostname, port } = new URL(baseUrl);
  return { publicHost: hostname, publicPort: port === '' ? 80 : Number(port) };
}
