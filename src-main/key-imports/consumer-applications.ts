import type { ApplicationId } from '#contract/ids.ts';
import type { KeyImportResult } from '#contract/key-import.ts';
import { emailAddress } from '#contract/names.ts';
import type { Application } from '#contract/partners.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import type { ImportEntry, ImportProblem } from '#main/domain/read-key-import.ts';
import { newApplication } from '#main/partners/create-application.ts';
import { freeSlug } from '#main/partners/free-slug.ts';
import { nameTwins, nameTwinText } from '#main/sqlite/name-twin.ts';

/** What a consumer becomes: an application that is there, or a new one (null). */
interface Place {
  readonly found: Pick<Application, 'id' | 'name'> | null;
  readonly externalId: string | null;
  /** Why it can be neither. */
  readonly hindrance: string | null;
}

/** Consumers by name, with what they become among the applications of the partner of `home`. */
export interface ConsumerPlaces {
  readonly home: Application;
  readonly byConsumer: ReadonlyMap<string, Place>;
}

/** Finds the application of each consumer: by external ID, else by name. Writes nothing. */
export function planConsumers(
  { db }: UseCaseContext,
  home: Application,
  entries: readonly ImportEntry[],
): ConsumerPlaces {
  const theirs = db.applications.list(home.partnerId);
  const twinOf = nameTwins(db.handle, { kind: 'application', within: home.partnerId });
  const byConsumer = new Map<string, Place>();
  for (const { consumer, externalId } of entries) {
    if (consumer === null) continue;
    const before = byConsumer.get(consumer);
    if (before === undefined) byConsumer.set(consumer, placeOf({ consumer, externalId, theirs, twinOf }));
    else if (before.externalId !== externalId)
      byConsumer.set(consumer, { ...before, hindrance: TWO_OF_A_NAME });
  }
  return { home, byConsumer };
}

const TWO_OF_A_NAME = 'Two consumers with different custom IDs have this name. Rename one of them.';

function placeOf({
  consumer,
  externalId,
  theirs,
  twinOf,
}: {
  readonly consumer: string;
  readonly externalId: string | null;
  readonly theirs: readonly Application[];
  readonly twinOf: (name: string) => string | null;
}): Place {
  const known = externalId === null ? undefined : theirs.find((one) => one.externalId === externalId);
  const named = theirs.find(({ name }) => name.toLowerCase() === consumer.toLowerCase());
  const found = known ?? named ?? null;
  if (found !== null) {
    const isOther = known === undefined && externalId !== null && found.externalId !== null;
    const hindrance = isOther
      ? `The application “${found.name}” has another external ID. Change one of them.`
      : null;
    return { found, externalId, hindrance };
  }
  const twin = twinOf(consumer);
  const hindrance = twin === null ? null : nameTwinText({ kind: 'application', name: consumer }, twin);
  return { found, externalId, hindrance };
}

/** The entries whose consumer can be an application; the others are added to `problems`. */
export function placeable(
  { byConsumer }: ConsumerPlaces,
  entries: readonly ImportEntry[],
  problems: ImportProblem[],
): readonly ImportEntry[] {
  return entries.filter(({ consumer, line }) => {
    const hindrance = byConsumer.get(consumer ?? '')?.hindrance ?? null;
    if (hindrance !== null) problems.push({ line, message: hindrance });
    return hindrance === null;
  });
}

/** Where a key goes. Inside a transaction: makes the application that is missing, whose event is added to `audits`. */
export function placeKey(
  context: UseCaseContext,
  { home, byConsumer }: ConsumerPlaces,
  { consumer, audits }: Pick<ImportEntry, 'consumer'> & { readonly audits: AuditDraft[] },
): ApplicationId {
  const place = consumer === null ? undefined : byConsumer.get(consumer);
  if (consumer === null || place === undefined) return home.id;
  const known = place.found?.id ?? context.db.applications.findByName(home.partnerId, consumer);
  if (known !== null) return known;
  const made = newApplication(context, {
    ...{ partnerId: home.partnerId, name: consumer, slug: freeSlug(context, consumer) },
    contactEmail: emailAddress.safeParse(consumer).data ?? home.contactEmail,
    note: 'Imported with its keys from Kong.',
    externalId: place.externalId,
  });
  audits.push(made.audit);
  return made.value.id;
}

/** The applications of consumers that got keys, in the order of the text. */
export function toldApplications(
  { db }: UseCaseContext,
  { home, byConsumer }: ConsumerPlaces,
  taken: readonly ImportEntry[],
): KeyImportResult['applications'] {
  const counts = new Map<string, number>();
  for (const { consumer } of taken) counts.set(consumer ?? '', (counts.get(consumer ?? '') ?? 0) + 1);
  return [...byConsumer].flatMap(([consumer, { found }]) => {
    const keyCount = counts.get(consumer);
    if (keyCount === undefined) return [];
    const applicationId = found?.id ?? db.applications.findByName(home.partnerId, consumer);
    return [{ applicationId, name: found?.name ?? consumer, isNew: found === null, keyCount }];
  });
}
