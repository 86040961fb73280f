import {
  applicationPapers as papersSchema,
  BUILD_FIELDS,
  PAPERS_KEYS_MAX,
  PAPERS_ROWS_MAX,
  PAPERS_USE_MS,
  type ApplicationPapers,
} from '#contract/application-papers.ts';
import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs, type ApplicationId, type KeyId, type TimestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { getKey } from '#main/keys/get-key.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { withoutKeys } from './passport-of.ts';
import { attestationMarkdown, onboardingMarkdown, statementOf } from './papers-markdown.ts';

type Build = ApplicationPapers['builds'][number];

/** Asks the log for the newest requests. */
type ListRows = (input: HandlerInput<'requests.list'>) => Promise<Output<'requests.list'>>;

/** What can be shown to others about an application: does it use a valid key of its own, and what has somebody new to do. A text of
 *  ours that looks like a key is blacked out. Throws APPLICATION_NOT_FOUND. */
export async function applicationPapers(
  context: UseCaseContext,
  { applicationId }: HandlerInput<'applications.papers'>,
  listRows: ListRows,
): Promise<ApplicationPapers> {
  const application = getApplication(context, { applicationId });
  const keys = keysOf(context, applicationId);
  const shown = keys.slice(0, PAPERS_KEYS_MAX);
  const from = timestampMs.parse(context.nowMs - PAPERS_USE_MS);
  const { items } = await listRows({ filter: { applicationId, from }, limit: PAPERS_ROWS_MAX });
  const said = items.flatMap(({ tags, at }) => buildsIn(tags, at));
  const verdict = verdictOf(shown, from);
  const facts = {
    applicationId,
    applicationName: application.name,
    partnerName: application.partnerName,
    contactEmail: application.contactEmail,
    madeAt: context.nowMs,
    verdict,
    statement: statementOf(application.name, verdict),
    keys: shown.map(viewOf),
    isCut: keys.length > shown.length,
    builds: newestOf([...said, ...shown.flatMap(({ keyId }) => childBuilds(context, keyId, from))]),
    fileName: `attestation-${application.slug}.md`,
  };
  const { helpContact, helpUrl, publicUrl } = readSettings(context.db);
  const askAt = helpUrl ?? (publicUrl === null ? null : `${publicUrl.replace(/\/+$/, '')}/request-access`);
  const onboardingNote = onboardingMarkdown({ application, askAt, contact: helpContact });
  const page = papersSchema.parse(withoutKeys({ ...facts, attestation: '', onboardingNote }));
  return { ...page, attestation: attestationMarkdown(page) };
}

/** Those that are not revoked; one more than are shown, at most. Children come and go by themselves. */
function keysOf(context: UseCaseContext, applicationId: ApplicationId): readonly Key[] {
  return context.db.applications
    .keysOf({ applicationId, partnerId: null }, PAPERS_KEYS_MAX + 1)
    .filter(({ isRevoked }) => isRevoked === 0)
    .map(({ id }) => getKey(context, { keyId: id }))
    .filter(({ parent }) => parent === null);
}

function viewOf({ keyId, name, hint, environment, status, lastUsedAt, expiresAt }: Key) {
  return { keyId, name, hint, environment, status, lastUsedAt, expiresAt };
}

function verdictOf(keys: readonly Key[], from: TimestampMs): ApplicationPapers['verdict'] {
  const working = keys.filter(({ status }) => status === 'active' || status === 'rotating');
  if (working.length === 0) return 'none';
  return working.some(({ lastUsedAt }) => lastUsedAt !== null && lastUsedAt >= from) ? 'in_use' : 'unused';
}

function buildsIn(tags: readonly string[], at: TimestampMs): readonly Build[] {
  return tags.flatMap((tag) => {
    const field = BUILD_FIELDS.find((name) => tag.startsWith(`${name}=`));
    return field === undefined ? [] : [{ field, value: tag.slice(field.length + 1), lastAt: at }];
  });
}

/** Versions and commits that fetched a key of their own. */
function childBuilds({ db, nowMs }: UseCaseContext, parentId: KeyId, from: TimestampMs): readonly Build[] {
  const newest = { beforeMs: Number.MAX_SAFE_INTEGER, beforeId: '' };
  return db.enrolment
    .children({ parentId, isLive: false, nowMs, ...newest, limit: PAPERS_ROWS_MAX })
    .filter(({ createdAtMs }) => createdAtMs >= from)
    .flatMap(({ version, commit, createdAtMs: lastAt }) => [
      ...(version === null ? [] : [{ field: 'version' as const, value: version, lastAt }]),
      ...(commit === null ? [] : [{ field: 'commit' as const, value: commit, lastAt }]),
    ]);
}

/** Each once, newest first. */
function newestOf(builds: readonly Build[]): readonly Build[] {
  const found = new Map<string, Build>();
  for (const build of builds) {
    const id = `${build.field}=${build.value}`;
    const known = found.get(id);
    if (known === undefined || known.lastAt < build.lastAt) found.set(id, build);
  }
  return [...found.values()].sort((one, other) => other.lastAt - one.lastAt);
}
