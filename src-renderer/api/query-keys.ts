import type { CallInput, ProcedureName } from '#contract/contract.ts';
import type { ChangedSubject } from '#contract/events.ts';

/** Cache key of a read: the procedure's name, then its input. `queryKey('keys.list')` is the front part of all lists. */
export function queryKey<Name extends ProcedureName>(name: Name, input?: CallInput<Name>) {
  return input === undefined ? ([name] as const) : ([name, input] as const);
}

/** Which reads show a subject: they are fetched again when it is announced as changed. */
const READS: Record<ChangedSubject, readonly ProcedureName[]> = {
  partners: ['partners.list', 'partners.get', 'partners.digestSchedule', 'owners.get'],
  applications: [
    'hygiene.people',
    'applications.list',
    'applications.get',
    'applications.papers',
    'reports.month',
    'partners.list',
    'partners.get',
    'owners.get',
  ],
  services: ['services.list', 'services.get', 'gateways.config', 'passport.get', 'tokenExchange.get'],
  endpoints: [
    'endpoints.list',
    'endpoints.preview',
    'endpoints.observed',
    'endpoints.usage',
    'services.list',
    'services.get',
    'products.list',
    'products.get',
  ],
  scopes: [
    'scopes.list',
    'endpoints.usage',
    'endpoints.users',
    'services.list',
    'services.get',
    'keys.simulate',
    'passport.get',
    'products.list',
    'products.get',
  ],
  plans: ['plans.list', 'passport.get'],
  templates: [
    'templates.list',
    'templates.get',
    'templates.keys',
    'templates.drift',
    'templates.applied',
    'keys.get',
    'rotations.handoff',
    'products.list',
    'products.get',
  ],
  products: ['products.list', 'products.get'],
  keys: [
    'keys.list',
    'hygiene.board',
    'hygiene.people',
    'reports.month',
    'hygiene.sharing',
    'keys.get',
    'endpoints.usage',
    'endpoints.users',
    'passport.get',
    'applications.papers',
    'keys.revocations',
    'keys.enforcement',
    'keys.limits',
    'usage.forecast',
    'keys.tightestLimits',
    'enrolment.list',
    'enrolment.children',
    'keys.rotationsDue',
    'rotations.handoff',
    'keys.find',
    'keys.simulate',
    'usage.rotation',
    'scopes.list',
    'plans.list',
    'templates.list',
    'templates.get',
    'templates.keys',
    'templates.drift',
    'partners.list',
    'partners.get',
    'applications.list',
    'applications.get',
  ],
  requests: [
    'requests.list',
    'requests.get',
    'usage.series',
    'usage.summary',
    'usage.byKey',
    'usage.bySecret',
    'usage.rotation',
    'enrolment.pivot',
    'keys.limits',
    // Not keys.list: under traffic it would fetch all its pages again and again; it asks for itself.
    'keys.get',
  ],
  notices: [
    'notices.list',
    'usage.spikes',
    'notices.setup',
    'notices.deliveries',
    'notices.mailState',
    'partners.digestSchedule',
  ],
  audit: ['audit.list', 'audit.verify'],
  settings: [
    'settings.get',
    'settings.previewRetention',
    'ports.get',
    'samples.get',
    'handoffs.channels',
    'settings.previewPurge',
    'rotations.handoff',
    'passport.get',
    'products.list',
    'products.get',
  ],
  tokens: ['tokens.list', 'peppers.status'],
  backups: ['backups.list'],
  sessions: ['sessions.list'],
  status: ['system.status', 'selfTest.last'],
  jobs: ['jobs.list', 'storage.get'],
  views: ['views.list'],
  handoffs: ['handoffs.list', 'handoffs.get', 'hygiene.sharing', 'hygiene.people'],
  accessRequests: [
    'reports.month',
    'accessRequests.list',
    'accessRequests.get',
    'accessRequests.preview',
    'accessRequests.evidence',
    'accessRequests.settings',
  ],
  enrolment: ['enrolment.list', 'enrolment.children', 'enrolment.pivot'],
  leaks: ['leaks.list', 'leaks.get', 'usage.spikes', 'reports.month'],
  blockedSources: ['blockedSources.list'],
};

/** The reads to fetch again after an announcement, each once. */
export function readsOf(subjects: readonly ChangedSubject[]): readonly ProcedureName[] {
  return [...new Set(subjects.flatMap((subject) => READS[subject]))];
}

/** What a command may have changed, for the case that its announcement is late or lost. */
export function subjectsOf(name: ProcedureName): readonly ChangedSubject[] {
  const [subject = ''] = name.split('.');
  const own = (Object.keys(READS) as ChangedSubject[]).filter((candidate) => candidate === subject);
  if (subject === 'tokenExchange') return ['services', 'audit'];
  if (subject === 'ports') return ['settings', 'status', 'audit'];
  return name === 'backups.restore' ? (Object.keys(READS) as ChangedSubject[]) : [...own, 'audit'];
}
