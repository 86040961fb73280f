import { useEffect, useState } from 'react';
import type { KeyId } from '#contract/ids.ts';
import type { RequestRow } from '#contract/requests.ts';
import { useEndpoints, useKeysPage, useServices, useStatus } from '#renderer/api/queries.ts';
import { useRequests } from '#renderer/api/traffic-queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { trialRequests } from './sample-api.ts';
import { WELCOME_STEPS, type WelcomeStep } from './welcome-steps.ts';

const STARTED_AT = 'latchkey.welcome.startedAt';

/** What was made on this page: in its memory only, gone with it. */
export interface MadeHere {
  readonly serviceToken: string | null;
  readonly secret: string | null;
}

/** How far the first start has come, and how long it took. */
export function useWelcome() {
  const steps = useFirstSteps();
  const startedAtMs = useStartedAt();
  const { allowed } = steps;
  return {
    ...steps,
    /** From the first look at this page to the first request that was allowed, ms; null before that. */
    tookMs:
      allowed === null || startedAtMs === null || allowed.at < startedAtMs ? null : allowed.at - startedAtMs,
    startedAtMs,
  };
}

/** How far the first start has come: read off what is there, so that a reload goes on where it was. */
export function useFirstSteps() {
  const services = useServices();
  const endpoints = useEndpoints();
  const keys = useKeysPage({ limit: 1, sort: 'created' });
  const status = useStatus();
  const key = keys.data?.items[0] ?? null;
  const { allowed, refused } = useFirstRequests(key?.keyId ?? null);
  const catalogue = endpoints.data?.items ?? [];
  const done: Readonly<Record<WelcomeStep, boolean>> = {
    protect: status.data !== undefined,
    server: status.data?.service.isListening ?? false,
    endpoints: catalogue.length > 0,
    key: key !== null,
    send: allowed !== null && refused !== null,
  };
  const isLoaded = [services.data, endpoints.data, keys.data, status.data].every(
    (data) => data !== undefined,
  );
  const error = services.error ?? endpoints.error ?? keys.error ?? status.error;
  return {
    isLoaded,
    error,
    retry: () => void Promise.all([services, endpoints, keys, status].map((query) => query.refetch())),
    done,
    /** The first step that is not done; null when all are. */
    current: WELCOME_STEPS.find((step) => !done[step]) ?? null,
    status: status.data,
    service:
      services.data?.items.find(({ id }) => id === catalogue[0]?.serviceId) ??
      services.data?.items[0] ??
      null,
    key,
    trial: trialRequests(catalogue),
    allowed,
    refused,
  };
}

/** The first request of a key that was allowed and the first that was refused, as soon as they are in the log. */
function useFirstRequests(keyId: KeyId | null): {
  readonly allowed: RequestRow | null;
  readonly refused: RequestRow | null;
} {
  const query = useRequests(
    { filter: keyId === null ? {} : { keyId }, limit: 200 },
    { isEnabled: keyId !== null },
  );
  const rows = query.data?.pages.flatMap(({ items }) => items).toReversed() ?? [];
  return {
    allowed: rows.find(({ code }) => code === 'VALID') ?? null,
    refused: rows.find(({ code }) => code !== 'VALID') ?? null,
  };
}

/** When this browser first saw the page; kept, so that a reload does not start the clock again. */
function useStartedAt(): number | null {
  const [startedAtMs] = useState(() => Number(localStorage.getItem(STARTED_AT) ?? nowMs()));
  useEffect(() => localStorage.setItem(STARTED_AT, String(startedAtMs)), [startedAtMs]);
  return Number.isFinite(startedAtMs) ? startedAtMs : null;
}
