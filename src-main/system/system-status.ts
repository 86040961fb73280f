import type { SystemStatus } from '#contract/system.ts';
import type { UseCaseContext } from '#main/context.ts';
import { APP_VERSION } from '#main/platform/app-version.ts';

/** What only the running program knows. */
export interface StatusParts {
  readonly host: SystemStatus['host'];
  readonly startedAt: SystemStatus['startedAt'];
  readonly dataDirectory: string;
  readonly listeners: Pick<SystemStatus, 'service' | 'admin'>;
  readonly verify: SystemStatus['verify'];
  readonly answers: SystemStatus['answers'];
  readonly log: SystemStatus['log'];
  readonly server: SystemStatus['server'];
  readonly verifiers: SystemStatus['verifiers'];
  readonly warnings: SystemStatus['warnings'];
}

/** Puts the figures of store, log and listeners together. */
export function systemStatus(context: UseCaseContext, parts: StatusParts): SystemStatus {
  const { store, audit } = context.db;
  return {
    version: APP_VERSION,
    host: parts.host,
    startedAt: parts.startedAt,
    dataDirectory: parts.dataDirectory,
    service: parts.listeners.service,
    admin: parts.listeners.admin,
    verify: parts.verify,
    answers: parts.answers,
    log: parts.log,
    server: parts.server,
    verifiers: parts.verifiers,
    store: { sizeBytes: store.sizeBytes(), keyCount: store.keyCount(), auditCount: audit.total() },
    warnings: parts.warnings,
  };
}
