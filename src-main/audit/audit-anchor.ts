import { CHAIN_START, canonicalAudit, type ChainHead, chainInput } from '#main/domain/audit-chain.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { AuditQueries } from '#main/sqlite/audit-queries.ts';
import { type Anchor, readAnchor, writeAnchor } from './audit-head.ts';

/** Keeps the head of the audit trail outside the table, in memory and in a file. */
export class AuditAnchor {
  readonly #path: string;
  readonly #keyring: Keyring;
  readonly #logger: Logger;
  #anchor: Anchor = { head: { count: 0, hash: CHAIN_START }, broken: null };
  #isBehind = false;

  constructor(options: { path: string; keyring: Keyring; logger: Logger }) {
    this.#path = options.path;
    this.#keyring = options.keyring;
    this.#logger = options.logger;
  }

  /** Compares table and file at start. A table that is ahead by its last event is what a crash leaves: the file follows.
   *  Anything else is kept as `broken` and shown; verifying goes on, because refusing would let whoever cut the trail also
   *  stop every service. */
  start(audit: AuditQueries): void {
    const found = readAnchor(this.#path, this.#keyring);
    const last = audit.last();
    const head: ChainHead =
      last === null ? { count: 0, hash: CHAIN_START } : { count: audit.total(), hash: last.hash };
    if (found.kind === 'anchor' && found.head.count === head.count && found.head.hash === head.hash) {
      this.#anchor = { head, broken: found.broken };
      return;
    }
    const known = found.kind === 'missing' ? { head: { count: 0, hash: CHAIN_START }, broken: null } : found;
    if ('head' in known && this.#isOneAhead(audit, known.head)) {
      if (head.count > 1 || found.kind === 'anchor')
        this.#logger.warn('The head of the audit trail was one event behind, as after a crash.');
      this.#keep({ head, broken: known.broken });
      return;
    }
    if (found.kind === 'missing' && head.count === 0) return this.#keep({ head, broken: null });
    const broken = difference(found, head);
    this.#logger.error('The audit trail does not end as it should.', { reason: broken });
    this.#keep({ head, broken });
  }

  /** Called after each commit. Does not throw: the command is done, and saying otherwise would be a lie.
   *  A head that could not be written is shown as a warning and written again later. */
  advance(head: ChainHead): void {
    this.#keep({ head, broken: this.#anchor.broken });
  }

  /** After a restore: the trail is the one of the backup, whose head its manifest vouches for. */
  replace(head: ChainHead): void {
    this.#keep({ head, broken: null });
  }

  /** Writes a head again that failed before; call now and then. */
  retry(): void {
    if (this.#isBehind) this.#keep(this.#anchor);
  }

  get anchor(): Anchor {
    return this.#anchor;
  }

  /** Did the disk refuse the newest head? */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  #keep(anchor: Anchor): void {
    this.#anchor = anchor;
    try {
      writeAnchor(this.#path, anchor, this.#keyring);
      this.#isBehind = false;
    } catch (error) {
      this.#isBehind = true;
      this.#logger.error('The head of the audit trail could not be written.', { error, path: this.#path });
    }
  }

  #isOneAhead(audit: AuditQueries, head: ChainHead): boolean {
    const last = audit.last();
    if (last === null || last.seq !== head.count + 1 || audit.total() !== last.seq) return false;
    const mac = this.#keyring.auditMac(chainInput(head.hash, canonicalAudit(last)));
    return mac.toString('hex') === last.hash;
  }
}

function difference(found: ReturnType<typeof readAnchor>, head: ChainHead): string {
  const has = `the audit trail has ${String(head.count)} events`;
  switch (found.kind) {
    case 'missing':
      return `audit-head.json is missing, and ${has}.`;
    case 'forged':
      return 'audit-head.json was changed by somebody else.';
    case 'anchor':
      return found.head.count === head.count
        ? 'The newest audit event is not the one that was written last.'
        : `At the last start or stop there were ${String(found.head.count)} audit events; now ${has}.`;
  }
}
