import type { HandlerInput, Output } from '#contract/contract.ts';
import { PORT_TRIAL_MS, type PortState } from '#contract/ports.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Logger } from '#main/platform/logger.ts';
import { StartError } from '#main/platform/start-error.ts';
import type { MovableListener } from './movable-listener.ts';
import {
  auditOfMoves,
  type ListenerName,
  type Move,
  type Moves,
  PORT_SETTING,
  refuseOneForBoth,
  wantedPorts,
} from './port-change.ts';
import { testPort } from './test-port.ts';

/** What moving ports needs. */
export interface PortMovesOptions {
  /** What the command line or the environment names; null = the settings decide. */
  readonly fixed: Readonly<Record<ListenerName, number | null>>;
  /** What the settings name now. */
  readonly stored: () => Readonly<Record<ListenerName, number>>;
  /** For a trial that ends by itself. */
  readonly system: () => UseCaseContext;
  readonly monotonicMs: () => number;
  readonly logger: Logger;
  /** A code by which the browser of a session goes on at another port; null for other callers. */
  readonly continueCode: (context: UseCaseContext) => string | null;
}

interface Trial {
  readonly moves: Moves;
  readonly endsAtMs: number;
  readonly timer: NodeJS.Timeout;
  isReached: boolean;
}

/** A page at a port that was left may come to the other one for so long. */
const ARRIVAL_MS = 60_000;

/** Moves running listeners to other ports, with a trial in which both answer and after which everything is as before unless somebody
 *  kept the new ones. At most one trial at a time. Ends with the listeners. */
export class PortMoves {
  readonly #options: PortMovesOptions;
  readonly #listeners = new Map<ListenerName, MovableListener>();
  /** Ports that were chosen since the start: from then on flags have had their say. */
  readonly #chosen = new Map<ListenerName, number>();
  #trial: Trial | null = null;
  #isOpening = false;
  #arrivalsUntilMs = -Infinity;

  constructor(options: PortMovesOptions) {
    this.#options = options;
  }

  /** Where listeners open next: chosen since the start, flag, environment, else settings. 0 = any free port. */
  get ports(): Readonly<Record<ListenerName, number>> {
    const { fixed, stored } = this.#options;
    const port = (name: ListenerName) => this.#chosen.get(name) ?? fixed[name] ?? stored()[name];
    return { service: port('service'), admin: port('admin') };
  }

  /** May a page of the other port lead here now? */
  get mayArrive(): boolean {
    return this.#trial !== null || this.#options.monotonicMs() < this.#arrivalsUntilMs;
  }

  /** A listener is open; null when it is closed. A trial of it is over then. */
  attach(name: ListenerName, listener: MovableListener | null): void {
    if (this.#trial?.moves.has(name) === true) this.#goBack(this.#trial);
    if (listener !== null) this.#listeners.set(name, listener);
    else this.#listeners.delete(name);
  }

  get(): PortState {
    const trial = this.#trial;
    const state = (name: ListenerName) => ({
      port: this.#listeners.get(name)?.port ?? null,
      isFixed: this.#options.fixed[name] !== null,
    });
    return {
      service: state('service'),
      admin: state('admin'),
      trial:
        trial === null
          ? null
          : {
              leftMs: Math.max(0, Math.round(trial.endsAtMs - this.#options.monotonicMs())),
              service: trial.moves.get('service') ?? null,
              admin: trial.moves.get('admin') ?? null,
              isReached: trial.isReached,
            },
    };
  }

  async change(
    context: UseCaseContext,
    input: HandlerInput<'ports.change'>,
  ): Promise<Output<'ports.change'>> {
    if (this.#trial !== null || this.#isOpening) {
      throw new AppError('WRONG_STATUS', 'New ports are being tried already. Keep them or go back first.');
    }
    const wanted = wantedPorts(input);
    const present = (name: ListenerName) => this.#listeners.get(name)?.port ?? this.ports[name];
    refuseOneForBoth({ service: present('service'), admin: present('admin') }, wanted);
    const moves = new Map<ListenerName, Move>();
    for (const [name, to] of wanted) {
      const from = this.#listeners.get(name)?.port;
      if (from !== undefined && from !== to) moves.set(name, { from, to });
    }
    if (moves.size === 0) return { ...this.#store(context, 'ports.change', wanted), code: null };
    const trial = await this.#open(moves);
    try {
      const code = moves.has('admin') ? this.#options.continueCode(context) : null;
      context.command(() => ({
        value: null,
        audit: auditOfMoves('ports.change', moves),
        changed: ['settings', 'status'],
      }));
      return { ...this.get(), code };
    } catch (error) {
      this.#goBack(trial);
      throw error;
    }
  }

  keep(context: UseCaseContext): PortState {
    const trial = this.#running();
    if (!trial.isReached && context.actor.kind !== 'desktop') {
      throw new AppError(
        'WRONG_STATUS',
        'Nobody has called at the new admin port yet. Open Latchkey there and keep it from there.',
      );
    }
    this.#store(context, 'ports.keep', new Map([...trial.moves].map(([name, { to }]) => [name, to])));
    this.#end(trial);
    for (const name of trial.moves.keys()) this.#listeners.get(name)?.keep();
    return this.get();
  }

  goBack(context: UseCaseContext): PortState {
    this.#tellAndGoBack(context, this.#running(), null);
    return this.get();
  }

  #running(): Trial {
    if (this.#trial !== null) return this.#trial;
    throw new AppError('WRONG_STATUS', 'No new ports are being tried. They may have gone back already.');
  }

  #store(context: UseCaseContext, action: string, wanted: ReadonlyMap<ListenerName, number>): PortState {
    const former = this.#options.stored();
    context.command(() => {
      const moves = new Map<ListenerName, Move>();
      for (const [name, to] of wanted) {
        if (former[name] === to) continue;
        context.db.settings.put(PORT_SETTING[name], JSON.stringify(to));
        moves.set(name, { from: former[name], to });
      }
      return { value: null, audit: auditOfMoves(action, moves), changed: ['settings', 'status'] };
    });
    for (const [name, port] of wanted) this.#chosen.set(name, port);
    return this.get();
  }

  async #open(moves: Moves): Promise<Trial> {
    this.#isOpening = true;
    try {
      // A call may come as soon as the port is open.
      const reached = { isTrue: !moves.has('admin') };
      for (const [name, { to }] of moves) {
        await this.#openOne(name, to, () => {
          reached.isTrue = true;
          if (this.#trial !== null) this.#trial.isReached = true;
        });
      }
      const timer = setTimeout(() => {
        this.#goBackByItself();
      }, PORT_TRIAL_MS);
      timer.unref();
      const endsAtMs = this.#options.monotonicMs() + PORT_TRIAL_MS;
      return (this.#trial = { moves, endsAtMs, timer, isReached: reached.isTrue });
    } catch (error) {
      for (const name of moves.keys()) this.#listeners.get(name)?.goBack();
      throw error;
    } finally {
      this.#isOpening = false;
    }
  }

  async #openOne(name: ListenerName, port: number, onUse: () => void): Promise<void> {
    const taken = (message: string) =>
      new AppError('PORT_TAKEN', message, [{ path: PORT_SETTING[name], message }]);
    const { isFree, message } = await testPort(port);
    if (!isFree) throw taken(message ?? `Port ${String(port)} cannot be opened.`);
    try {
      await this.#listeners.get(name)?.try(port, onUse);
    } catch (error) {
      // Somebody was faster.
      if (error instanceof StartError) throw taken(`Port ${String(port)} is in use. Choose another one.`);
      throw error;
    }
  }

  #goBackByItself(): void {
    if (this.#trial === null) return;
    try {
      this.#tellAndGoBack(this.#options.system(), this.#trial, 'Nobody kept the new ports in time.');
    } catch (error) {
      this.#options.logger.error('Ports went back, but the audit trail could not say so.', { error });
    }
  }

  /** Goes back also when that cannot be written down. Pages at the new port hear of it before it closes. */
  #tellAndGoBack(context: UseCaseContext, trial: Trial, reason: string | null): void {
    this.#end(trial);
    try {
      context.command(() => ({
        value: null,
        audit: { ...auditOfMoves('ports.goBack', trial.moves), reason },
        changed: ['settings', 'status'],
      }));
    } finally {
      this.#goBack(trial);
    }
  }

  #goBack(trial: Trial): void {
    this.#end(trial);
    for (const name of trial.moves.keys()) this.#listeners.get(name)?.goBack();
  }

  #end(trial: Trial): void {
    clearTimeout(trial.timer);
    this.#trial = null;
    this.#arrivalsUntilMs = this.#options.monotonicMs() + ARRIVAL_MS;
  }
}
