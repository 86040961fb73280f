import { FileSearch, FolderSearch } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState, type DragEvent } from 'react';
import { Button } from '#renderer/ui/button.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { chosenFiles, droppedFiles, type NamedFile } from './search-files.ts';
import styles from './leaks.module.css';

interface LeakInputProps {
  readonly onText: (text: string) => void;
  readonly onFiles: (files: readonly NamedFile[]) => void;
}

/** Takes a pasted text, files and folders. What is pasted goes to the search and never becomes the content of the field, or of what
 *  Undo brings back. */
export function LeakInput({ onText, onFiles }: LeakInputProps) {
  const fileInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  usePasteAnywhere(onText);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const text = event.dataTransfer.getData('text/plain');
    if (event.dataTransfer.files.length === 0 && text !== '') onText(text);
    else void droppedFiles(event.dataTransfer).then(onFiles);
  };
  return (
    <div
      className={styles.input}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <TextArea
        label="Text with a leaked key"
        rows={3}
        autoFocus
        placeholder="Paste a log, a page, a mail, a diff: anything. Or drop files and folders here."
        help="Searched in this page. Only hashes and the public parts of keys leave it, and nothing of the text is kept."
        value=""
        onChange={onText}
        onPaste={(event) => {
          event.preventDefault();
          event.stopPropagation();
          onText(event.clipboardData.getData('text/plain'));
        }}
      />
      <div className={styles.buttons}>
        <Button icon={<FileSearch aria-hidden />} onClick={() => fileInput.current?.click()}>
          Search files…
        </Button>
        <Button icon={<FolderSearch aria-hidden />} onClick={() => folderInput.current?.click()}>
          Search a folder…
        </Button>
        <input
          ref={fileInput}
          type="file"
          multiple
          hidden
          aria-label="Files to search"
          onChange={(event) => {
            onFiles(chosenFiles(event.target.files));
            event.target.value = '';
          }}
        />
        <input
          ref={(element) => {
            folderInput.current = element;
            element?.setAttribute('webkitdirectory', '');
          }}
          type="file"
          hidden
          aria-label="Folder to search"
          onChange={(event) => {
            onFiles(chosenFiles(event.target.files));
            event.target.value = '';
          }}
        />
      </div>
    </div>
  );
}

/** A paste is for the search wherever the focus is, but in a field or dialog of its own. */
function usePasteAnywhere(onText: (text: string) => void): void {
  const take = useEffectEvent((event: ClipboardEvent) => {
    const target = event.target;
    if (target instanceof Element && target.closest('input, textarea, [role="dialog"]') !== null) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text === '') return;
    event.preventDefault();
    onText(text);
  });
  useEffect(() => {
    const handle = (event: ClipboardEvent) => take(event);
    document.addEventListener('paste', handle);
    return () => document.removeEventListener('paste', handle);
  }, []);
}
