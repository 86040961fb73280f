import type { KeyId } from '#contract/ids.ts';
import { timestampMs } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useBulk } from './use-bulk.ts';

/** What a key gets that is extended without asking for how long. */
export const EXTENSION_DAYS = 90;

interface ExtendNowButtonProps {
  readonly subject: { readonly keyId: KeyId; readonly name: string };
  /** Why it cannot be extended. */
  readonly obstacle?: string | undefined;
}

/** Lets a key end so many days from now, by one click, with one undo. Never makes it end earlier. */
export function ExtendNowButton({ subject: { keyId, name }, obstacle }: ExtendNowButtonProps) {
  const bulk = useBulk();
  const forbidden = useForbidden()('keys.bulk');
  const extend = () => {
    const expiresAt = timestampMs.parse(nowMs() + EXTENSION_DAYS * DAY_MS);
    void bulk.run([keyId], { kind: 'extend', endless: false, expiresAt });
  };
  return (
    <>
      <Button
        aria-label={`Extend to ${String(EXTENSION_DAYS)} days: ${name}`}
        isBusy={bulk.isRunning}
        disabledReason={obstacle ?? forbidden}
        onClick={extend}
      >
        {`Extend to ${String(EXTENSION_DAYS)} days`}
      </Button>
      <ErrorNote error={bulk.error} />
    </>
  );
}
