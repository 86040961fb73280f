import type { ChainHead } from '#main/domain/audit-chain.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { Logger } from '#main/platform/logger.ts';
import { type AnchoredHead, readAuditHead, writeAuditHead } from './audit-head.ts';

/** Keeps the head of the audit trail outside the table. */
export class AuditAnchor {
  readonly #path: string;
  readonly #keyring: Keyring;
  readonly #logger: Logger;
  #unwritten: ChainHead | null = null;

  constructor(options: { path: string; keyring: Keyring; logger: Logger }) {
    this.#path = options.path;
    this.#keyring = options.keyring;
    this.#logger = options.logger;
  }

  /** Called after each commit. Does not throw: the command is done, and saying otherwise would be a lie.
   *  A head that could not be written is shown as a warning and written again later. */
  write(head: ChainHead): void {
    try {
      writeAuditHead(this.#path, head, this.#keyring);
      this.#unwritten = null;
    } catch (error) {
      this.#unwritten = head;
      this.#logger.error('The head of the audit trail could not be written.', { error, path: this.#path });
    }
  }

  /** Writes a head again that failed before; call now and then. */
  retry(): void {
    if (this.#unwritten !== null) this.write(this.#unwritten);
  }

  /** The head as it should be known outside: what was last handed in, else what the file says. */
  read(): AnchoredHead {
    return this.#unwritten === null
      ? readAuditHead(this.#path, this.#keyring)
      : { kind: 'head', head: this.#unwritten };
  }

  /** Is the file behind the table because the disk refused it? */
  get isBehind(): boolean {
    return this.#unwritten !== null;
  }
}
