import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** The one password that the server takes. */
export const MAIL_PASSWORD = 'smtp-password-canary-93';

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly user: string | undefined;
  readonly isSecure: boolean;
}

/** A real mail server on this machine that puts what it is sent into `mails`. `refuses`: answers every mail with 451 while it says so. */
export async function startMailServer(
  mails: ReceivedMail[],
  options: SMTPServerOptions & { readonly refuses?: () => boolean } = {},
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const { refuses = () => false, ...more } = options;
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) => {
      if (auth.password === MAIL_PASSWORD) done(null, { user: auth.username });
      else done(new Error(`Wrong password ${String(auth.password)}`));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refuses()) {
          done(Object.assign(new Error('Come back later'), { responseCode: 451 }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
          user: session.user,
          isSecure: session.secure,
        });
        done();
      });
    },
    ...more,
  });
  // A client that does not trust the certificate goes away in the middle.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(resolve);
    });
  return { port: (server.server.address() as AddressInfo).port, close };
}
