import { useEffect, useRef, useState } from 'react';
import type { ReplyError } from '#contract/errors.ts';
import { signInWithToken } from '#renderer/api/browser-session.ts';
import { countdown } from '#renderer/format/durations.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './sign-in.module.css';
import { useSignInPause } from './use-sign-in-pause.ts';

interface SignInPageProps {
  /** Why the pairing link just used was refused; null when none was used. */
  readonly refusal: ReplyError | null;
  readonly onSignedIn: () => void;
}

/** Sign-in of a browser: by pairing link, or with an admin token. */
export function SignInPage({ refusal, onSignedIn }: SignInPageProps) {
  useEffect(() => {
    document.title = 'Sign in · Latchkey';
  }, []);
  return (
    <main className={styles.page}>
      <div className={styles.sheet}>
        <header className={styles.brand}>
          <svg viewBox="0 0 16 16" width="24" height="24" aria-hidden>
            <path fill="currentColor" d="M2 2h3v12H2zM6 4h2v3h1V4h2v5h1V4h2v7H6z" />
          </svg>
          <h1>Sign in to Latchkey</h1>
        </header>
        {refusal !== null && (
          <p className={styles.refusal} role="alert">
            {refusal.message}
          </p>
        )}
        <section className={styles.section}>
          <h2>Open a pairing link</h2>
          <p>
            The server prints one when it starts in a terminal. A link works once and for 60 seconds. To print
            a new one on the machine where Latchkey runs:
          </p>
          <CodeBlock code="latchkey pair" label="command that prints a new pairing link" />
        </section>
        <TokenForm onSignedIn={onSignedIn} />
      </div>
    </main>
  );
}

function TokenForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const [token, setToken] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const pause = useSignInPause();

  const submit = async () => {
    if (token.trim() === '') {
      setProblem('Paste an admin token. It starts with lka_.');
      input.current?.focus();
      return;
    }
    setBusy(true);
    setProblem(undefined);
    const result = await signInWithToken(token.trim());
    setBusy(false);
    // Taken or not, the token has no business on this page any longer.
    setToken('');
    if (result.ok) onSignedIn();
    else {
      setProblem(result.error.message);
      pause.begin(result.waitSeconds);
      input.current?.focus();
    }
  };

  return (
    <form
      className={styles.section}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && pause.leftMs === 0) void submit();
      }}
    >
      <h2>Or use an admin token</h2>
      <TextField
        ref={input}
        label="Admin token"
        type="password"
        name="token"
        autoComplete="current-password"
        isMono
        value={token}
        onChange={setToken}
        error={problem}
      />
      <div>
        <Button
          type="submit"
          variant="primary"
          size="large"
          isBusy={isBusy}
          disabledReason={pause.leftMs > 0 ? 'Too many wrong tokens.' : undefined}
        >
          {isBusy ? 'Signing in…' : 'Sign in'}
        </Button>
      </div>
      {pause.leftMs > 0 && (
        <p role="timer" aria-label="Pause of signing in">
          The next try is taken in {countdown(pause.leftMs)}.
        </p>
      )}
    </form>
  );
}
