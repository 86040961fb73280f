import { crc32 } from '#contract/crc32.ts';
import { appNameOf } from '#contract/app-name.ts';
import { endpointShape } from '#main/domain/endpoint-shape.ts';
import { parseAddress } from '#main/domain/ip-address.ts';
import { userAgentFamilies } from '#main/domain/user-agent.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import type { UsedRow } from '#main/sqlite/requests-row-queries.ts';
import { HabitTexts } from './habit-texts.ts';
import { Remembered } from './remembered.ts';
import { tagsOf } from './stored-tags.ts';

/** Callers that are told apart before the rows that name them are added up: some 4 MB. */
const CALLERS_MAX = 2 ** 15;
/** Numbers of agents are below this; with the number of an address one number that is exact. */
const AGENTS_MAX = 2 ** 24;
/** The same of methods, with the number of a path. */
const METHODS_MAX = 2 ** 17;

/** Who sends requests: an address with an agent and the name that it gives itself, in numbers of HabitTexts. */
export interface Caller {
  readonly network: number;
  readonly program: number;
  readonly app: number;
  /** Of address and agent; null when neither is known. */
  readonly checksum: number | null;
}

/** Numbers for what the rows of a reading name: callers, rules and endpoints come again with nearly every row. */
export class HabitNumbers {
  readonly texts = new HabitTexts();
  readonly #db: RequestsDatabase;
  readonly #callersMax: number;
  readonly #callers: Caller[] = [];
  readonly #callerNumbers = new Map<number | string, number>();
  readonly #texts = new Remembered<number, string | null>();
  readonly #programs = new Remembered<number, number>();
  readonly #apps = new Remembered<number, number>();
  readonly #networks = new Remembered<number | string, number>();
  readonly #rules = new Remembered<number, number>();
  readonly #endpoints = new Remembered<number | string, number>();

  constructor(db: RequestsDatabase, callersMax = CALLERS_MAX) {
    this.#db = db;
    this.#callersMax = callersMax;
  }

  /** Before the next caller, `forgetCallers` is due. */
  get isFull(): boolean {
    return this.#callers.length >= this.#callersMax;
  }

  /** By their numbers. */
  get callers(): readonly Caller[] {
    return this.#callers;
  }

  /** From then on callers have other numbers. */
  forgetCallers(): void {
    this.#callers.length = 0;
    this.#callerNumbers.clear();
  }

  callerOf(row: UsedRow): number {
    const agentId = row[5];
    const address = row[4] ?? row[3];
    const app = row[7] === 0 ? 0 : this.#appOf(row[7]);
    const isNumber = app === 0 && typeof address === 'number';
    const name = isNumber
      ? address * AGENTS_MAX + agentId
      : `${String(address)} ${String(agentId)} ${String(app)}`;
    let number = this.#callerNumbers.get(name);
    if (number === undefined) {
      number = this.#callers.length;
      const network = this.#networkOf(address);
      const program = this.#programOf(agentId);
      this.#callers.push({ network, program, app, checksum: this.#checksumOf(address, agentId) });
      this.#callerNumbers.set(name, number);
    }
    return number;
  }

  ruleOf(ruleId: number): number {
    return ruleId === 0 ? 0 : this.#rules.get(ruleId, () => this.texts.numberOf(this.#text(ruleId)));
  }

  /** 0 without a method or a path. */
  endpointOf(row: UsedRow): number {
    const methodId = row[8];
    const path = row[10] ?? row[9];
    if (methodId === 0 || path === 0) return 0;
    const name = typeof path === 'number' ? path * METHODS_MAX + methodId : `${String(methodId)} ${path}`;
    return this.#endpoints.get(name, () => {
      const method = this.#text(methodId);
      const text = this.#literal(path);
      return this.texts.numberOf(method === null || text === null ? null : endpointShape(method, text));
    });
  }

  #checksumOf(address: number | string, agentId: number): number | null {
    const clientIp = this.#literal(address);
    const userAgent = this.#text(agentId);
    return clientIp === null && userAgent === null ? null : crc32(`${clientIp ?? ''} ${userAgent ?? ''}`);
  }

  #networkOf(address: number | string): number {
    return this.#networks.get(address, () => {
      const clientIp = this.#literal(address);
      return this.texts.numberOf(clientIp === null ? null : networkOf(clientIp));
    });
  }

  #programOf(agentId: number): number {
    return this.#programs.get(agentId, () => {
      const userAgent = this.#text(agentId);
      return this.texts.numberOf(userAgent === null ? null : programOf(userAgent));
    });
  }

  #appOf(tagsId: number): number {
    return this.#apps.get(tagsId, () => {
      return this.texts.numberOf(appNameOf(tagsOf(this.#text(tagsId))));
    });
  }

  #literal(text: number | string): string | null {
    return typeof text === 'string' ? text : this.#text(text);
  }

  #text(id: number): string | null {
    return id === 0 ? null : this.#texts.get(id, () => this.#db.dimensions.textOf(id));
  }
}

/** The neighbourhood of an address, within which one customer moves: `203.0.113.0/24`, `2001:db8:1::/48`. */
function networkOf(clientIp: string): string | null {
  const address = parseAddress(clientIp);
  if (address === null) return null;
  if (address.parts.length === 4) return `${address.parts.slice(0, 3).join('.')}.0/24`;
  const [a = 0, b = 0, c = 0] = address.parts;
  return `${a.toString(16)}:${b.toString(16)}:${c.toString(16)}::/48`;
}

/** The program, whatever its version. */
function programOf(userAgent: string): string {
  return [...userAgentFamilies(userAgent)].slice(0, 4).join(' ') || 'unnamed';
}
