import type { HandlerInput } from '#contract/contract.ts';
import { type PartnerId, partnerId } from '#contract/ids.ts';
import { type Partner, PARTNER_IMPORT_LINES_MAX, type PartnerImportResult } from '#contract/partners.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { changedFields, pickFields, withChanges } from '#main/domain/changed-fields.ts';
import { type PartnerEntry, type ReadPartners, readPartnerImport } from '#main/domain/read-partner-import.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { nameTwins, nameTwinText } from '#main/sqlite/name-twin.ts';
import { getPartner } from './get-partner.ts';

const FIELDS = ['tier', 'contactName', 'contactEmail', 'note', 'recipientKey'] as const;
type Row = PartnerImportResult['rows'][number];
type Problem = PartnerImportResult['problems'][number];

/** One line as it is to be written. */
interface Planned {
  readonly row: Row;
  /** What is stored then; its id is that of the row, or a new one. */
  readonly partner: Partner;
  readonly audit: AuditDraft;
}

/** Adds and changes partners from CSV, by name. Throws IMPORT_UNREADABLE. Lines with a problem are told in the result; the others
 *  are written together, and a failure leaves none of them. */
export function importPartners(
  context: UseCaseContext,
  { text, dryRun }: HandlerInput<'partners.import'>,
): PartnerImportResult {
  const read = readPartnerImport(text);
  refuseUnreadable(read);
  if (dryRun) {
    const { planned, problems } = planImport(context, read);
    return { rows: planned.map(({ row }) => row), problems };
  }
  return context.command(() => {
    const { planned, problems } = planImport(context, read);
    const written = planned.filter(({ row }) => row.kind !== 'same');
    for (const one of written) write(context, one);
    const rows = planned.map(({ row, partner }) => ({ ...row, partnerId: partner.id }));
    const many = (kind: Row['kind']) => rows.filter((row) => row.kind === kind).length;
    return {
      value: { rows, problems },
      audit: {
        action: 'partners.import',
        subject: { kind: 'store', id: 'partners', name: 'Partners' },
        after: { added: many('add'), changed: many('update'), same: many('same'), leftOut: problems.length },
      },
      furtherAudits: written.map(({ audit }) => audit),
      changed: ['partners'],
    };
  });
}

function refuseUnreadable({ entries, problems, unreadable }: ReadPartners): void {
  const refuse = (message: string): never => {
    throw new AppError('IMPORT_UNREADABLE', message, [{ path: 'text', message }]);
  };
  if (unreadable !== null) refuse(unreadable);
  const lines = entries.length + problems.length;
  if (lines === 0) refuse('There is no partner below the first line.');
  if (lines > PARTNER_IMPORT_LINES_MAX) {
    refuse(
      `At most ${PARTNER_IMPORT_LINES_MAX.toLocaleString('en')} partners at once. Import them in parts.`,
    );
  }
}

/** What each line would do, as the store is now. Writes nothing. */
function planImport(context: UseCaseContext, read: ReadPartners) {
  const problems: Problem[] = [...read.problems];
  const planned: Planned[] = [];
  const twinOf = nameTwins(context.db.handle, { kind: 'partner' });
  for (const entry of read.entries) {
    const { line, name } = entry;
    const id = context.db.partners.findByName(name);
    const twin = id === null ? twinOf(name) : null;
    const plan = id === null ? planNew(context, entry) : planChange(context, entry, id);
    if (twin !== null) {
      problems.push({ line, name, message: nameTwinText({ kind: 'partner', name }, twin) });
    } else if (plan === null) {
      const message = 'Contact e-mail: A new partner needs somebody who can be reached.';
      problems.push({ line, name, message });
    } else planned.push(plan);
  }
  return { planned, problems: problems.toSorted((one, other) => one.line - other.line) };
}

/** Null without a contact. */
function planNew({ nowMs }: UseCaseContext, entry: PartnerEntry): Planned | null {
  const { line, name, contactEmail } = entry;
  if (contactEmail === undefined) return null;
  const partner: Partner = {
    id: partnerId.parse(`par_${randomBase62(16, randomBytes)}`),
    name,
    tier: entry.tier ?? 'external',
    contactName: entry.contactName ?? null,
    contactEmail,
    note: entry.note ?? '',
    recipientKey: entry.recipientKey ?? null,
    applicationCount: 0,
    keyCount: 0,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  const changes = FIELDS.map((field) => ({ field, before: null, after: orNull(partner[field]) }));
  const row: Row = {
    ...{ line, name, kind: 'add', partnerId: null },
    changes: changes.filter(({ after }) => after !== null),
  };
  const subject = { kind: 'partner', id: partner.id, name } as const;
  const after = pickFields(partner, ['name', ...FIELDS]);
  return { row, partner, audit: { action: 'partners.create', subject, after } };
}

function planChange(context: UseCaseContext, entry: PartnerEntry, id: PartnerId): Planned {
  const before = getPartner(context, { partnerId: id });
  const { tier, contactName, contactEmail, note, recipientKey, line } = entry;
  const told = withChanges(before, { tier, contactName, contactEmail, note, recipientKey });
  const changes = FIELDS.filter((field) => before[field] !== told[field]).map((field) => ({
    field,
    before: orNull(before[field]),
    after: orNull(told[field]),
  }));
  const subject = { kind: 'partner', id, name: before.name } as const;
  return {
    row: { line, kind: changes.length === 0 ? 'same' : 'update', partnerId: id, name: before.name, changes },
    partner: { ...told, updatedAt: context.nowMs },
    audit: { action: 'partners.update', subject, ...changedFields(before, told, FIELDS) },
  };
}

function orNull(text: string | null): string | null {
  return text === '' ? null : text;
}

function write({ db }: UseCaseContext, { row, partner }: Planned): void {
  if (row.kind === 'add') db.partners.insert(partner);
  else db.partners.update(partner);
}
