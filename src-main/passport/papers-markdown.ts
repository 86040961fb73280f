import type { ApplicationPapers } from '#contract/application-papers.ts';
import type { Application } from '#contract/partners.ts';
import { momentText } from '#main/domain/verification.ts';
import { code, plain, table } from './markdown-parts.ts';
import { variableName } from './snippets.ts';

/** The verdict in words. */
export function statementOf(name: string, verdict: ApplicationPapers['verdict']): string {
  switch (verdict) {
    case 'in_use':
      return `${name} uses a valid key of its own.`;
    case 'unused':
      return `${name} has a valid key of its own and did not use it in the last 30 days: whatever it calls, it calls with another key or not at all.`;
    case 'none':
      return `${name} has no key of its own that works.`;
  }
}

type Facts = Omit<ApplicationPapers, 'attestation' | 'onboardingNote'>;

/** The attestation for the review of a project. */
export function attestationMarkdown(facts: Facts): string {
  const { applicationName, partnerName, contactEmail, madeAt, statement, keys, builds, isCut } = facts;
  const parts = [
    `# Attestation: ${plain(applicationName)}`,
    `**${plain(statement)}**`,
    table(
      ['', ''],
      [
        ['Application', plain(applicationName)],
        ['Partner', plain(partnerName)],
        ['Contact', plain(contactEmail)],
        ['As of', momentText(madeAt)],
      ],
    ),
    '## Keys of its own',
    keys.length === 0
      ? 'None.'
      : table(
          ['Key', 'Environment', 'State', 'Last used', 'Expires'],
          keys.map((key) => [
            `${plain(key.name)} ${code(key.hint)}`,
            key.environment,
            key.status,
            key.lastUsedAt === null ? 'never' : momentText(key.lastUsedAt),
            key.expiresAt === null ? 'never' : momentText(key.expiresAt),
          ]),
        ),
    ...(isCut ? ['There are more keys than are listed here.'] : []),
    '## Versions and commits seen',
    builds.length === 0
      ? 'None: its requests name no version, commit or repository.'
      : table(
          ['What', 'Value', 'Last seen'],
          builds.map(({ field, value, lastAt }) => [field, code(value), momentText(lastAt)]),
        ),
  ];
  return `${parts.join('\n\n')}\n`;
}

interface Onboarding {
  readonly application: Application;
  /** Where a key is asked for; null: nothing is reachable from outside. */
  readonly askAt: string | null;
  /** Whom to ask; null: the contact of the application. */
  readonly contact: string | null;
}

/** Steps for somebody who is new to an application: a ticket ready to be copied. */
export function onboardingMarkdown({ application, askAt, contact }: Onboarding): string {
  const variable = variableName(application.slug);
  const where =
    askAt === null ? `Ask ${plain(contact ?? application.contactEmail)}` : `Ask at ${plain(askAt)}`;
  const steps = [
    `${where} for a key of your own. Name the application “${plain(application.name)}” and environment “test”. It is for metrics and support, not out of suspicion: with a key of your own we can see what goes wrong with your requests and help you.`,
    'Take the key from the handoff that you get: a link with a code, or a file with words. It is shown to you once.',
    `Put it into ${code('.env')} as ${code(`${variable}=…`)}, and ${code('.env')} into ${code('.gitignore')}. Never into code, a chat or a ticket.`,
    `Let the application read ${code(variable)}, and send ${code('version=')} and ${code('commit=')} as tags where it can, so that versions can be told apart.`,
    'Make one call. It confirms that the key arrived.',
    `Open ${code('/v1/me')} of the key service in a browser and type the key: it shows use, errors and limits left, and stops a key that leaked.`,
    'Share no key. Who needs one asks for one: that is quicker than to find out later who broke what.',
  ];
  return `# ${plain(application.name)}: your API key\n\n${steps.map((step) => `- [ ] ${step}`).join('\n')}\n\nQuestions: ${plain(contact ?? application.contactEmail)}\n`;
}
