import { X } from 'lucide-react';
import type { KeyId } from '#contract/ids.ts';
import { useKey } from '#renderer/api/queries.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import styles from './requests.module.css';

/** The key that the log is narrowed to, with the way to take that away. */
export function KeyFilterChip({ keyId, onRemove }: { readonly keyId: KeyId; readonly onRemove: () => void }) {
  const found = useKey({ keyId }).data;
  return (
    <span className={styles.keyChip}>
      <KeyRef keyId={keyId} name={found?.name ?? keyId} environment={found?.environment ?? null} />
      <IconButton label="Show all keys" icon={<X aria-hidden />} onClick={onRemove} />
    </span>
  );
}
