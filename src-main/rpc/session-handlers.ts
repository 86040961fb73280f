import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type SessionProcedure = 'sessions.list' | 'sessions.end' | 'sessions.createPairingLink';

/** Handlers of signed-in browsers. Sessions live in memory; who ends one or lets one in is in the audit trail. */
export function createSessionHandlers(services: HandlerServices): Pick<Handlers, SessionProcedure> {
  return {
    'sessions.list': (context) => ({ items: services.sessions()?.list(sessionOf(context)) ?? [] }),
    'sessions.end': (context, { sessionId }) =>
      context.command(() => {
        if (services.sessions()?.end(sessionId) !== true) {
          throw new AppError(
            'TOKEN_NOT_FOUND',
            'There is no such session. It may have ended: load the list again.',
          );
        }
        return {
          value: { ended: true },
          audit: {
            action: 'sessions.end',
            subject: { kind: 'session', id: sessionId, name: 'Browser session' },
          },
          changed: ['sessions'],
        };
      }),
    'sessions.createPairingLink': (context, { role }) =>
      context.command(() => {
        const sessions = services.sessions();
        if (sessions === null) {
          throw new AppError(
            'UNAVAILABLE',
            'No browser can sign in while the admin listener is off. Switch it on in the settings first.',
          );
        }
        const link = sessions.createPairingLink(role);
        return {
          value: link,
          audit: {
            action: 'sessions.createPairingLink',
            subject: { kind: 'session', id: 'pairing', name: 'Pairing link' },
            after: { role, expiresAt: link.expiresAt },
          },
          changed: ['sessions'],
        };
      }),
  };
}

function sessionOf(context: UseCaseContext): string | null {
  return context.actor.kind === 'session' ? context.actor.id : null;
}
