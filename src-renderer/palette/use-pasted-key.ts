import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import { useIdentify } from '#renderer/api/commands.ts';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import type { PaletteGroup } from './palette-entry.ts';

type Identified = Output<'keys.identify'>;

const SECRET_WORDS = {
  current: 'its current secret',
  retiring: 'its old secret',
  ended: 'a secret that has ended',
};

/** Whose key was pasted. The text is asked about and kept nowhere: not in the field, its undo list, the address or the cache. */
export function usePastedKey() {
  const navigate = useNavigate();
  const identify = useIdentify();
  const [found, setFound] = useState<Identified | null>(null);
  const ask = (text: string) => {
    setFound(null);
    void identify.run({ text }).then((outcome) => {
      if (outcome.ok) setFound(outcome.data);
    });
  };
  const forget = () => {
    setFound(null);
    identify.reset();
  };
  return {
    group: groupOf(found, identify.error, (keyId) => {
      void navigate({ to: '/keys/$keyId', params: { keyId }, search: (before) => ({ env: before.env }) });
    }),
    ask,
    forget,
  };
}

function groupOf(
  found: Identified | null,
  error: unknown,
  open: (keyId: Identified['matches'][number]['keyId']) => void,
): PaletteGroup | null {
  const title = 'Pasted key';
  if (error !== null) return { title, entries: [], note: errorMessageOf(error) };
  if (found === null) return null;
  const entries = found.matches.map(({ keyId, name, status, secretVersion, secretState }) => ({
    id: `key:${keyId}`,
    label: name,
    detail: `${status} · ${secretState === null || secretVersion === null ? 'public part only' : `secret ${String(secretVersion)}, ${SECRET_WORDS[secretState]}`}`,
    run: () => open(keyId),
  }));
  if (entries.length > 0) return { title, entries };
  return {
    title,
    entries,
    note:
      found.unknownCount > 0
        ? 'The pasted text looks like a key of Latchkey but is not known here, or is mistyped.'
        : 'There is no key of Latchkey in the pasted text.',
  };
}
