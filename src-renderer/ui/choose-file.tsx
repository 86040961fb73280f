import { useRef, useState } from 'react';
import { Button } from './button.tsx';
import styles from './choose-file.module.css';
import { ProgressBar } from './progress-bar.tsx';

/** A text file that a person chose. */
export interface ChosenFile {
  readonly name: string;
  readonly text: string;
}

interface ChooseFileProps {
  /** What the file is: "File with partners". */
  readonly label: string;
  /** Endings of file names: ".csv,.txt". */
  readonly accept: string;
  readonly onChoose: (file: ChosenFile) => void;
}

type Reading =
  | { readonly kind: 'reading'; readonly name: string; readonly share: number }
  | { readonly kind: 'failed'; readonly name: string };

/** A button to choose a text file beside a field to paste into. Reading a large one shows how far it is. */
export function ChooseFile({ label, accept, onChoose }: ChooseFileProps) {
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef<File | null>(null);
  const [reading, setReading] = useState<Reading | null>(null);
  const read = async (file: File) => {
    const { name } = file;
    const isLatest = () => latest.current === file;
    latest.current = file;
    setReading({ kind: 'reading', name, share: 0 });
    try {
      const text = await readText(file, (share) => {
        if (isLatest()) setReading({ kind: 'reading', name, share });
      });
      if (!isLatest()) return;
      setReading(null);
      onChoose({ name, text });
    } catch {
      // What the browser says is for programs.
      if (isLatest()) setReading({ kind: 'failed', name });
    }
  };
  return (
    <>
      <div className={styles.row}>
        <Button onClick={() => input.current?.click()}>Choose file…</Button>
        <span className={styles.quiet}>or paste below</span>
        <input
          ref={input}
          type="file"
          hidden
          accept={accept}
          aria-label={label}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file !== undefined) void read(file);
            event.target.value = '';
          }}
        />
      </div>
      {reading?.kind === 'reading' && (
        <ProgressBar label={`Reading ${reading.name}`} share={reading.share} valueText="Reading the file" />
      )}
      {reading?.kind === 'failed' && (
        <p role="alert" className={styles.failed}>
          {reading.name} could not be read. Was it moved or changed meanwhile? Choose it again.
        </p>
      )}
    </>
  );
}

async function readText(file: File, tell: (share: number) => void): Promise<string> {
  const decoder = new TextDecoder();
  const reader = file.stream().getReader();
  const parts: string[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return [...parts, decoder.decode()].join('');
    parts.push(decoder.decode(value, { stream: true }));
    bytes += value.byteLength;
    tell(bytes / Math.max(1, file.size));
  }
}
