import { Check, Copy } from 'lucide-react';
import { use, useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { ClipboardContext } from './clipboard-context.ts';
import { IconButton } from './icon-button.tsx';

interface CopyButtonProps {
  /** What is copied, or how to make it when it is wanted. Never a secret: those go through the desktop's own clipboard. */
  readonly text: string | (() => string);
  /** What the button does: "Copy key id". */
  readonly label: string;
  /** Words on the button; only a picture without. */
  readonly shows?: string;
}

const SHOWN_MS = 2_000;

/** Puts a text on the clipboard and says whether that worked. */
export function CopyButton({ text, label, shows }: CopyButtonProps) {
  const writeText = use(ClipboardContext);
  const [outcome, setOutcome] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (outcome === 'idle') return;
    const timer = setTimeout(() => setOutcome('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = () => {
    writeText(typeof text === 'string' ? text : text()).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  const icon = outcome === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />;
  const result = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'The clipboard refused' : '';
  return (
    <>
      {shows === undefined ? (
        <IconButton label={result === '' ? label : result} icon={icon} onClick={copy} />
      ) : (
        <Button variant="quiet" icon={icon} onClick={copy} aria-label={label}>
          {result === '' ? shows : result}
        </Button>
      )}
      <span className="visually-hidden" role="status">
        {result}
      </span>
    </>
  );
}
