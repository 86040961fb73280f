import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import { useVerifyAudit } from '#renderer/api/commands.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './audit.module.css';

/** The state of a check of the chain, and the button that runs it. */
export function useChainCheck() {
  const verify = useVerifyAudit();
  const [result, setResult] = useState<Output<'audit.verify'> | null>(null);
  const run = async () => {
    const outcome = await verify.run({});
    setResult(outcome.ok ? outcome.data : null);
  };
  return {
    button: (
      <Button icon={<ShieldCheck aria-hidden />} isBusy={verify.isRunning} onClick={() => void run()}>
        Verify chain
      </Button>
    ),
    banner: <ChainBanner result={result} error={verify.error} />,
  };
}

interface ChainBannerProps {
  readonly result: Output<'audit.verify'> | null;
  readonly error: unknown;
}

function ChainBanner({ result, error }: ChainBannerProps) {
  return (
    <div role="status">
      <ErrorNote error={error} />
      {result?.ok === true && (
        <p className={classNames(styles.banner, styles.intact)}>
          <ShieldCheck aria-hidden size={18} />
          <span>
            <strong>The chain is intact.</strong> {counted(result.checked, 'event')} checked, none altered,
            none missing.
            <span className={styles.meta}> Head {result.head.hash.slice(0, 16)}…</span>
          </span>
        </p>
      )}
      {result?.ok === false && (
        <p className={classNames(styles.banner, styles.broken)}>
          <ShieldAlert aria-hidden size={18} />
          <span>
            <strong>
              The chain is broken
              {result.firstBad === undefined ? '' : ` at event ${count(result.firstBad)}`}.
            </strong>{' '}
            {result.detail} From there on the trail does not prove what happened: compare it with a backup.
          </span>
        </p>
      )}
    </div>
  );
}
