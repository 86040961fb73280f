import type { KeyShape } from '#main/domain/key-shape.ts';
import type { DatabaseHandle } from './open-database.ts';

// At start and after an import; a scan of a few rows.
const LIST = `
  SELECT prefix, length_min AS lengthMin, length_max AS lengthMax, alphabet, hash_kind AS hashKind
  FROM key_shapes
  ORDER BY prefix, length_min, length_max, alphabet, hash_kind`;

// keys.import; primary key.
const ADD = `
  INSERT INTO key_shapes (prefix, length_min, length_max, alphabet, hash_kind)
  VALUES (@prefix, @lengthMin, @lengthMax, @alphabet, @hashKind)
  ON CONFLICT DO NOTHING`;

/** Shapes of imported keys. They stay in memory, so that verification reads them without the store. */
export function createKeyShapeQueries(handle: DatabaseHandle) {
  const list = handle.prepare<[], KeyShape>(LIST);
  const add = handle.prepare<KeyShape>(ADD);
  let shapes: readonly KeyShape[] = list.all();
  return {
    /** As they were at the last reload. */
    all: (): readonly KeyShape[] => shapes,
    add: (shape: KeyShape): void => void add.run(shape),
    /** To be called after the transaction that added some, whether it was committed or not. */
    reload: (): void => {
      shapes = list.all();
    },
  };
}
