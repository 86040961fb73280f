import type { BlockPreview } from '#contract/blocked-sources.ts';
import type { KeyId } from '#contract/ids.ts';
import { useBlockPreview } from '#renderer/api/queries.ts';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useSettled } from '#renderer/ui/use-settled.ts';
import { goodTrafficSentence } from './good-traffic-words.ts';

interface GoodTrafficNoteProps {
  readonly networks: readonly string[];
  /** A key whose requests are no good ones, because it leaked. */
  readonly exceptKeyId?: KeyId | undefined;
}

/** Warns of whom a block would stop that was good lately; tells what cannot be blocked. */
export function GoodTrafficNote({ networks, exceptKeyId }: GoodTrafficNoteProps) {
  const text = useSettled(networks.join('\n'));
  const asked = text === '' ? [] : text.split('\n');
  const preview = useBlockPreview(
    { networks: asked, ...(exceptKeyId === undefined ? {} : { exceptKeyId }) },
    { isEnabled: asked.length > 0 },
  );
  if (asked.length === 0) return null;
  if (preview.error !== null) return <ErrorNote error={preview.error} />;
  if (preview.data === undefined)
    return <p role="status">Looking for good requests of the last seven days…</p>;
  return (
    <div role="status">
      {preview.data.items.map((item: BlockPreview) => (
        <p key={item.network}>{goodTrafficSentence(item)}</p>
      ))}
    </div>
  );
}
