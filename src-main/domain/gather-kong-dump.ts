import { fieldsOf, isFields, textOf, type KongFields } from './kong-fields.ts';

/** A key of a dump with the consumer whose it is. */
export interface KongCredential {
  readonly fields: KongFields;
  readonly consumer: KongConsumer | null;
}

/** A consumer as it is described, with what is attached to it elsewhere in the dump. */
export interface KongConsumer {
  readonly fields: KongFields;
  readonly plugins: KongFields[];
}

/** What a dump holds of keys and consumers. */
export interface KongDump {
  readonly credentials: readonly KongCredential[];
  readonly consumers: readonly KongConsumer[];
}

/** Gathers the documents of a dump: consumers with keys inside (deck), or lists of consumers and of keys that name one by id or user
 *  name (deck and Admin API). A consumer that is only named counts as one. */
export function gatherKongDump(documents: readonly KongFields[]): KongDump {
  const consumers = new Map<KongFields, KongConsumer>();
  const byName = new Map<string, KongConsumer>();
  const add = (fields: KongFields): KongConsumer => {
    const names = [fields['id'], fields['username'], fields['custom_id']].map(textOf);
    const known = names.map((name) => byName.get(name ?? '')).find((one) => one !== undefined);
    const consumer = known ?? { fields, plugins: [] };
    for (const name of names) if (name !== null && !byName.has(name)) byName.set(name, consumer);
    consumers.set(consumer.fields, consumer);
    return consumer;
  };
  const find = (named: unknown): KongConsumer | null => {
    if (isFields(named)) return add(named);
    const name = textOf(named);
    return name === null ? null : (byName.get(name) ?? add({ username: name }));
  };
  const described = documents.flatMap((one) => [
    ...fieldsOf(one['consumers']),
    ...fieldsOf(one['data']).filter(isConsumer),
  ]);
  const inside = described.flatMap((fields) => {
    const consumer = add(fields);
    consumer.plugins.push(...fieldsOf(fields['plugins']));
    return fieldsOf(fields['keyauth_credentials']).map((key) => ({ fields: key, consumer }));
  });
  const beside = documents
    .flatMap((one) => [...fieldsOf(one['keyauth_credentials']), ...fieldsOf(one['data']).filter(isKey)])
    .map((fields) => ({ fields, consumer: find(fields['consumer']) }));
  for (const plugin of documents.flatMap((one) => fieldsOf(one['plugins']))) {
    find(plugin['consumer'])?.plugins.push(plugin);
  }
  return { credentials: [...inside, ...beside], consumers: [...consumers.values()] };
}

function isKey(fields: KongFields): boolean {
  return fields['key'] !== undefined;
}

function isConsumer(fields: KongFields): boolean {
  return !isKey(fields) && (fields['username'] !== undefined || fields['custom_id'] !== undefined);
}
