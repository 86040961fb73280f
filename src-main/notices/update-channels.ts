import type { HandlerInput, Output } from '#contract/contract.ts';
import type { MailSetup } from '#contract/notice-channels.ts';
import type { UseCaseContext } from '#main/context.ts';
import { changedFields } from '#main/domain/changed-fields.ts';
import { AppError } from '#main/platform/app-error.ts';
import { sealCredential } from './credential-seal.ts';
import {
  readNoticeSettings,
  viewMail,
  writeNoticeSettings,
  type StoredNoticeSettings,
} from './notice-settings.ts';
import { NOTICES_ROW } from '#main/settings/notices-row.ts';
import { isLoopbackHost } from './receiver-address.ts';

/** What a mail password is sealed for. */
export const MAIL_CREDENTIAL = 'mail';

const MAIL_FIELDS = [
  'isOn',
  'host',
  'port',
  'security',
  'user',
  'from',
  'to',
  'kinds',
  'contactKinds',
  'hasPassword',
] as const satisfies readonly (keyof MailSetup)[];

/** Stores how mail is sent. A password that was given for one server and name is not kept for another: somebody who may change the
 *  server must not be given a password that they cannot read. Throws INVALID_INPUT where the way to the server could be read. */
export function updateMail(context: UseCaseContext, input: HandlerInput<'notices.updateMail'>): MailSetup {
  refuseOpenWay(input);
  return context.command(() => {
    const settings = readNoticeSettings(context);
    const { password, ...fields } = input;
    const mail = { ...fields, sealedPassword: passwordAfter(context, settings.mail, input) };
    writeNoticeSettings(context, { ...settings, mail });
    const after = viewMail(mail);
    const before = settings.mail === null ? null : viewMail(settings.mail);
    const changes = before === null ? { after } : changedFields(before, after, MAIL_FIELDS);
    return {
      value: after,
      audit: {
        action: 'notices.updateMail',
        subject: { kind: 'setting', id: NOTICES_ROW, name: 'Notices by e-mail' },
        ...changes,
        ...(password === undefined
          ? {}
          : { reason: password === null ? 'Password removed' : 'Password set' }),
      },
      changed: ['settings', 'notices'],
    };
  });
}

/** Stores what the desktop app shows. */
export function updateDesktop(
  context: UseCaseContext,
  input: HandlerInput<'notices.updateDesktop'>,
): Output<'notices.updateDesktop'> {
  return context.command(() => {
    const settings = readNoticeSettings(context);
    writeNoticeSettings(context, { ...settings, desktop: input });
    return {
      value: input,
      audit: {
        action: 'notices.updateDesktop',
        subject: { kind: 'setting', id: NOTICES_ROW, name: 'Desktop notices' },
        ...changedFields(settings.desktop, input, ['isOn', 'kinds']),
      },
      changed: ['settings', 'notices'],
    };
  });
}

function passwordAfter(
  { keyring }: UseCaseContext,
  former: StoredNoticeSettings['mail'],
  input: HandlerInput<'notices.updateMail'>,
): string | null {
  const { password } = input;
  if (password === null) return null;
  if (password !== undefined) return sealCredential(keyring, MAIL_CREDENTIAL, password).toString('base64');
  const isSameServer =
    former !== null &&
    (['host', 'port', 'security', 'user'] as const).every((field) => former[field] === input[field]);
  return isSameServer ? former.sealedPassword : null;
}

function refuseOpenWay({ security, host }: HandlerInput<'notices.updateMail'>): void {
  if (security !== 'none' || isLoopbackHost(host)) return;
  const message = 'Without TLS only a server on this machine (127.0.0.1, localhost) can be used.';
  throw new AppError('INVALID_INPUT', `security: ${message}`, [{ path: 'security', message }]);
}
