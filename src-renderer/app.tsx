import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Suspense, use, useCallback, useEffect, useEffectEvent, useState } from 'react';
import { ApiContext } from './api/api-context.tsx';
import type { Access, Link } from './api/connect.ts';
import { useLiveUpdates } from './api/live-updates.ts';
import { createQueryClient } from './api/query-client.ts';
import { TimeZoneProvider } from './format/time-zone.tsx';
import { createAppRouter } from './router.tsx';
import { ConnectionContext } from './shell/connection-context.ts';
import { takePairingCode } from './sign-in/pairing-code.ts';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { ClipboardContext } from './ui/clipboard-context.ts';
import { ToastProvider } from './ui/toasts.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';

interface AppProps {
  readonly link: Link;
  /** The sign-in that started with the page. */
  readonly firstSignIn: Promise<Access>;
}

/** Everything: providers around either the sign-in or the pages. */
export function App({ link, firstSignIn }: AppProps) {
  const [queryClient] = useState(createQueryClient);
  const forget = useCallback(() => queryClient.clear(), [queryClient]);
  return (
    <CSPProvider disableStyleElements>
      <ApiContext value={link.api}>
        <ClipboardContext value={link.api.desktop.copyText}>
          <QueryClientProvider client={queryClient}>
            <TimeZoneProvider>
              <TooltipProvider>
                <ToastProvider>
                  <Suspense>
                    <Gate link={link} firstSignIn={firstSignIn} onSignedOut={forget} />
                  </Suspense>
                </ToastProvider>
              </TooltipProvider>
            </TimeZoneProvider>
          </QueryClientProvider>
        </ClipboardContext>
      </ApiContext>
    </CSPProvider>
  );
}

function Gate({ link, firstSignIn, onSignedOut }: AppProps & { readonly onSignedOut: () => void }) {
  const first = use(firstSignIn);
  const [later, setLater] = useState<Access | null>(null);
  const access = later ?? first;
  useLateCode((code) => {
    void link.signIn(code).then(setLater);
  });
  const signedOut = useCallback(() => {
    onSignedOut();
    setLater({ kind: 'signIn', refusal: null });
  }, [onSignedOut]);
  // The address stays what it was: after signing in, the page that was asked for opens.
  return access.kind === 'open' ? (
    <Pages link={link} onSignedOut={signedOut} />
  ) : (
    <SignInPage refusal={access.refusal?.error ?? null} onSignedIn={() => setLater({ kind: 'open' })} />
  );
}

/** A pairing link opened in a tab that already shows Latchkey changes only the part behind `#`, without loading the page again. */
function useLateCode(onCode: (code: string) => void): void {
  const take = useEffectEvent(() => {
    const code = takePairingCode();
    if (code !== null) onCode(code);
  });
  useEffect(() => {
    // Before the router's own listener, so that the code never becomes a route.
    const handle = () => take();
    addEventListener('hashchange', handle, { capture: true });
    return () => removeEventListener('hashchange', handle, { capture: true });
  }, []);
}

function Pages({ link, onSignedOut }: { readonly link: Link; readonly onSignedOut: () => void }) {
  const [router] = useState(createAppRouter);
  const connection = useLiveUpdates(link.transport, onSignedOut);
  return (
    <ConnectionContext value={connection}>
      <RouterProvider router={router} />
    </ConnectionContext>
  );
}
