import type { AccessRequestState, AskedProduct, WantedEndpoint } from '#contract/access-requests.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { StoredAccessRequest } from '#main/sqlite/access-request-queries.ts';
import { createAccessThreadQueries } from '#main/sqlite/access-thread-queries.ts';
import { readAccessSettings } from './access-settings.ts';
import { answerQuestion, type AnswerOutcome, type SentAnswer } from './ask-back.ts';
import { enterContactCode, type CodeOutcome } from './confirm-contact.ts';
import { formHash, statusHash, statusToken } from './page-token.ts';
import { formProduct, readProduct, type FormProduct } from './asked-product.ts';
import { readAsk, type Ask, type AskProblems } from './read-ask.ts';
import { submitAccess, type Submitted } from './submit-access.ts';
import { createWantedFinder, refusedEndpoint } from './wanted-endpoints.ts';

/** One service of the catalogue, as the form offers it. */
export interface OfferedService {
  readonly name: string;
  readonly groups: readonly {
    readonly name: string;
    readonly endpoints: readonly {
      readonly id: string;
      readonly method: string;
      readonly path: string;
      readonly summary: string;
    }[];
  }[];
}

/** What the form is made of. */
export interface AskForm {
  readonly introduction: string;
  readonly terms: { readonly version: number; readonly text: string } | null;
  readonly services: readonly OfferedService[];
  /** Endpoints that the catalogue has beyond those that are offered. */
  readonly unshownCount: number;
  /** What the signed link of a refusal says. */
  readonly refused: WantedEndpoint | null;
  /** What the link of a product's page says. */
  readonly product: FormProduct | null;
}

/** What an applicant may know of the own request. */
export interface AskStatus {
  readonly reference: string;
  readonly state: AccessRequestState;
  readonly application: string;
  readonly contactEmail: string;
  readonly environment: string;
  readonly endpoints: readonly WantedEndpoint[];
  readonly product: AskedProduct | null;
  readonly createdAt: TimestampMs;
  readonly decidedAt: TimestampMs | null;
  readonly answer: string;
  readonly isContactConfirmed: boolean;
  /** A code was made that can be entered. */
  readonly isCodeWaiting: boolean;
  /** What came of it: a key, or other limits for the one that was there. */
  readonly granted: 'key' | 'limits' | null;
  /** Questions and answers, oldest first. */
  readonly thread: readonly { readonly isOurs: boolean; readonly text: string; readonly at: TimestampMs }[];
  /** Place of the question that waits for an answer. */
  readonly questionPlace: number | null;
  /** The request that says the same and what became of it; null: this one is not merged, or that one is not kept any more. */
  readonly into: Pick<AskStatus, 'reference' | 'state' | 'answer' | 'granted'> | null;
}

/** Whose form it is. `isOutside`: it came by the public address. */
export interface AskVisit {
  readonly fields: URLSearchParams;
  readonly isOutside: boolean;
}

/** Where strangers ask: what the public pages show and do. */
export interface AccessDesk {
  /** null: nobody can ask here. */
  readonly form: (visit: AskVisit) => AskForm | null;
  /** What is wanted of everybody who has a key. */
  readonly policy: () => string;
  /** A text for a new form, by which it is known when it is sent twice. */
  readonly newFormId: () => string;
  readonly read: (
    visit: AskVisit,
  ) => { readonly ok: true; readonly ask: Ask } | { readonly ok: false; readonly problems: AskProblems };
  /** `token` leads to the page of the request. */
  readonly submit: (sent: {
    readonly ask: Ask;
    readonly formId: string;
    readonly address: string | null;
  }) => Submitted & { readonly token: string };
  readonly wasSent: (formId: string) => string | null;
  /** null for a token of no request. */
  readonly status: (token: string) => AskStatus | null;
  readonly enterCode: (
    token: string,
    typed: string,
  ) => { readonly status: AskStatus; readonly outcome: CodeOutcome } | null;
  readonly answer: (
    token: string,
    sent: SentAnswer,
  ) => { readonly status: AskStatus; readonly outcome: AnswerOutcome } | null;
}

/** Endpoints that the form offers; whoever wants others writes them. */
const OFFERED_MAX = 500;
const FORM_ID = /^[0-9A-Za-z]{22}$/;

/** Makes the desk. `context` is one of the program itself and takes the time. */
export function createAccessDesk(context: () => UseCaseContext): AccessDesk {
  return {
    form: (visit) => formOf(context(), visit),
    policy: () => readAccessSettings(context()).policy,
    newFormId: () => randomBase62(22, randomBytes),
    read: ({ fields, isOutside }) => {
      const now = context();
      const { termsVersion } = readAccessSettings(now);
      const product = readProduct(now, fields);
      return readAsk(fields, {
        find: createWantedFinder(now, {
          showsCatalogue: showsCatalogue(now, isOutside),
          isOptional: product.kind === 'asked',
        }),
        product,
        termsVersion,
      });
    },
    submit: ({ ask, formId, address }) => {
      const now = context();
      const { termsVersion } = readAccessSettings(now);
      // Who sends no form of ours has one of its own.
      const token = statusToken(now.keyring, FORM_ID.test(formId) ? formId : randomBase62(22, randomBytes));
      const hashes = { statusHash: statusHash(now.keyring, token), formHash: formHash(now.keyring, token) };
      return { ...submitAccess(now, { ask, address, termsVersion, ...hashes }), token };
    },
    wasSent: (formId) => {
      const now = context();
      if (!FORM_ID.test(formId)) return null;
      const token = statusToken(now.keyring, formId);
      return now.db.accessRequests.findByForm(formHash(now.keyring, token)) === null ? null : token;
    },
    status: (token) => {
      const now = context();
      const found = now.db.accessRequests.findByStatus(statusHash(now.keyring, token));
      return found === null ? null : statusOf(now, found);
    },
    enterCode: (token, typed) => {
      const now = context();
      const hash = statusHash(now.keyring, token);
      const found = now.db.accessRequests.findByStatus(hash);
      if (found === null) return null;
      const outcome = enterContactCode(now, found, typed);
      return { status: statusOf(now, now.db.accessRequests.findByStatus(hash) ?? found), outcome };
    },
    answer: (token, sent) => {
      const now = context();
      const hash = statusHash(now.keyring, token);
      const found = now.db.accessRequests.findByStatus(hash);
      if (found === null) return null;
      const outcome = answerQuestion(now, found, sent);
      return { status: statusOf(now, now.db.accessRequests.findByStatus(hash) ?? found), outcome };
    },
  };
}

function formOf(context: UseCaseContext, { fields, isOutside }: AskVisit): AskForm | null {
  const { isOpen, introduction, terms, termsVersion } = readAccessSettings(context);
  if (!isOpen) return null;
  const catalogue = showsCatalogue(context, isOutside) ? context.db.endpoints.list(null) : [];
  const services = context.db.services.list().map(({ id, name }) => {
    const groups = new Map<string, OfferedService['groups'][number]['endpoints'][number][]>();
    for (const { id: endpointId, serviceId, group, method, path, summary } of catalogue.slice(
      0,
      OFFERED_MAX,
    )) {
      if (serviceId !== id) continue;
      const listed = groups.get(group) ?? [];
      listed.push({ id: endpointId, method, path, summary });
      groups.set(group, listed);
    }
    return { name, groups: [...groups].map(([group, endpoints]) => ({ name: group, endpoints })) };
  });
  return {
    introduction,
    terms: termsVersion === null ? null : { version: termsVersion, text: terms },
    services: services.filter(({ groups }) => groups.length > 0),
    unshownCount: Math.max(0, catalogue.length - OFFERED_MAX),
    refused: refusedEndpoint(context, fields),
    product: formProduct(context, fields),
  };
}

function showsCatalogue(context: UseCaseContext, isOutside: boolean): boolean {
  const { catalogue } = readAccessSettings(context);
  return catalogue === 'everyone' || (catalogue === 'local' && !isOutside);
}

function statusOf(context: UseCaseContext, request: StoredAccessRequest): AskStatus {
  const { reference, state, application, contactEmail, environment, endpoints, product, answer } = request;
  const thread = createAccessThreadQueries(context.db.handle).list(request.id);
  const into = request.mergedInto === null ? null : context.db.accessRequests.get(request.mergedInto);
  return {
    ...{ reference, state, application, contactEmail, environment, endpoints, product, answer },
    createdAt: request.createdAtMs,
    decidedAt: request.decidedAtMs,
    isContactConfirmed: request.contactConfirmedAtMs !== null,
    isCodeWaiting: request.contactCodeHash !== null,
    granted: grantedOf(request),
    thread: thread.map(({ author, text, at }) => ({ isOurs: author !== null, text, at })),
    questionPlace: state === 'asked' ? (thread.at(-1)?.place ?? null) : null,
    into:
      into === null
        ? null
        : {
            ...{ reference: into.reference, state: into.state, answer: into.answer },
            granted: grantedOf(into),
          },
  };
}

function grantedOf({ grantedKeyId, keyId }: StoredAccessRequest): AskStatus['granted'] {
  if (grantedKeyId === null) return null;
  return grantedKeyId === keyId ? 'limits' : 'key';
}
