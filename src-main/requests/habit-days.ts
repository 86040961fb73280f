import { must } from '#main/platform/must.ts';
import type { KeptHabits } from '#main/sqlite/requests-habit-queries.ts';
import { ByteReader, ByteWriter } from './journal-bytes.ts';

/** One key over a time: who called it, from which networks, with which programs, under which rules, and how often it was allowed. */
export interface Uses {
  /** Checksums of addresses with their agents: the texts of a month would fill the memory. */
  readonly callers: Set<number>;
  readonly networks: Set<string>;
  readonly agents: Set<string>;
  readonly rules: Set<string>;
  allowed: number;
}

/** Uses by principal. */
export type UsesByPrincipal = ReadonlyMap<number, Uses>;

/** Nothing yet. */
export function noUses(): Uses {
  return { callers: new Set(), networks: new Set(), agents: new Set(), rules: new Set(), allowed: 0 };
}

const TEXTS: readonly ('networks' | 'agents' | 'rules')[] = ['networks', 'agents', 'rules'];
const ROOM_BYTES = 4_096;

/** A day as the file keeps it: each text once a day, and of each key the count of allowed requests, its callers, and the numbers of its
 *  networks, agents and rules, each list with its length in front. */
export function packUses(uses: UsesByPrincipal): KeptHabits {
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    if (number === numbers.size) numbers.set(text, number);
    return number;
  };
  const writer = new ByteWriter(ROOM_BYTES);
  const rows = [...uses].map(([principalId, one]) => {
    writer.clear();
    writer.number(one.allowed);
    writer.number(one.callers.size);
    for (const caller of one.callers) writer.number(caller);
    for (const kind of TEXTS) {
      writer.number(one[kind].size);
      for (const text of one[kind]) writer.number(numberOf(text));
    }
    return { principalId, uses: Buffer.from(writer.bytes) };
  });
  rows.sort((a, b) => a.principalId - b.principalId);
  return { texts: [...numbers.keys()], rows };
}

/** The same read again. */
export function unpackUses({ texts, rows }: KeptHabits): UsesByPrincipal {
  return new Map(rows.map(({ principalId, uses }) => [principalId, unpack(new ByteReader(uses), texts)]));
}

function unpack(reader: ByteReader, texts: readonly string[]): Uses {
  const uses = noUses();
  uses.allowed = reader.number();
  for (let left = reader.number(); left > 0; left -= 1) uses.callers.add(reader.number());
  for (const kind of TEXTS) {
    for (let left = reader.number(); left > 0; left -= 1) {
      uses[kind].add(must(texts[reader.number()], 'a kept text has a number'));
    }
  }
  return uses;
}
