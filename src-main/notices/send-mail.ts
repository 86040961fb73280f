import type { Transporter, TransportOptions } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import { MAIL_MS_MAX } from '#contract/notice-channels.ts';
import { oneLine } from '#main/domain/notice-words.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { StoredNoticeSettings } from './notice-settings.ts';
import { connectHost } from './receiver-address.ts';

/** One mail, as text. */
export interface Mail {
  /** The same for every attempt, so that a mail that arrives twice is seen as one. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** How to reach the server. */
export interface MailServer extends Pick<
  NonNullable<StoredNoticeSettings['mail']>,
  'host' | 'port' | 'security' | 'user' | 'from'
> {
  readonly password: string | null;
}

/** Sends one mail over a connection of its own. null = the server took it; otherwise why not, in words of ours: servers repeat what
 *  they were told.  Never rejects. */
export async function sendMail(server: MailServer, mail: Mail): Promise<string | null> {
  const { createTransport } = await import('nodemailer');
  const transport: Transporter<SMTPTransport.SentMessageInfo, TransportOptions> = createTransport(
    smtpOptions(server),
  );
  try {
    await transport.sendMail({
      messageId: `<${mail.id}@latchkey.notice>`,
      // As objects: nothing in them is read as further addresses.
      from: { name: 'Latchkey', address: server.from },
      to: { name: '', address: mail.to },
      subject: oneLine(mail.subject),
      text: mail.text,
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return null;
  } catch (error) {
    return problemOf(error);
  } finally {
    transport.close();
  }
}

function smtpOptions(server: MailServer): SMTPTransport.Options {
  const { host, port, security, user, password } = server;
  return {
    host: connectHost(host),
    port,
    secure: security === 'tls',
    // STARTTLS or nothing: a server that does not offer it gets neither password nor mail.
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === '' ? {} : { auth: { user, pass: password ?? '' } }),
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(host === connectHost(host) ? {} : { servername: host }),
    },
    name: 'latchkey',
    connectionTimeout: MAIL_MS_MAX / 2,
    greetingTimeout: MAIL_MS_MAX / 2,
    socketTimeout: MAIL_MS_MAX,
    dnsTimeout: MAIL_MS_MAX / 2,
    logger: false,
  };
}

/** Nothing of the server's text: it may hold the name, or worse. */
function problemOf(error: unknown): string {
  const code = errorCode(error) || 'unknown error';
  const status =
    typeof error === 'object' && error !== null && 'responseCode' in error ? Number(error.responseCode) : 0;
  if (code === 'EAUTH')
    return `The mail server refused name and password${status === 0 ? '' : ` (${String(status)})`}.`;
  if (code === 'ETLS') return 'The mail server offers no TLS that can be trusted.';
  if (status > 0) return `The mail server answered ${String(status)} (${code}).`;
  return `No connection to the mail server (${code}).`;
}
