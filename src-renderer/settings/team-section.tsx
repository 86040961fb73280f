import { useWhoami } from '#renderer/api/queries.ts';
import { SessionsBlock } from './sessions-block.tsx';
import { TokensBlock } from './tokens-block.tsx';

/** Who may administer, as what, and when they were last seen; letting somebody in and putting somebody out. */
export function TeamSection() {
  const whoami = useWhoami();
  return (
    <>
      <TokensBlock />
      {whoami.data?.host === 'headless' && <SessionsBlock />}
    </>
  );
}
