import { Download } from 'lucide-react';
import { useState } from 'react';
import { TOKEN_PLACEHOLDER, type GatewayFile } from '#contract/gateways.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Code, CodeBlock } from '#renderer/ui/code.tsx';
import { Tabs } from '#renderer/ui/tabs.tsx';
import styles from './gateways.module.css';

/** The generated files, one at a time, to copy or save. */
export function GatewayFiles({ files }: { readonly files: readonly GatewayFile[] }) {
  const [name, setName] = useState<string | null>(null);
  const shown = files.find((file) => file.name === name) ?? files[0];
  if (shown === undefined) return null;
  if (files.length === 1) return <FileView file={shown} />;
  return (
    <Tabs
      label="Files"
      value={shown.name}
      onChange={setName}
      tabs={files.map((file) => ({ value: file.name, label: file.name, panel: <FileView file={file} /> }))}
    />
  );
}

function FileView({ file }: { readonly file: GatewayFile }) {
  const desktop = useDesktop();
  return (
    <div className={styles.file}>
      <div className={styles.fileHead}>
        <span>
          Belongs at <Code>{file.path}</Code>
        </span>
        <Button
          className={styles.push}
          icon={<Download aria-hidden />}
          onClick={() => void desktop.saveFile(file.name, file.text, 'text/plain')}
        >
          Save file…
        </Button>
      </div>
      {file.holdsToken && (
        <p className={styles.token}>
          Put the service’s token in place of <Code>{TOKEN_PLACEHOLDER}</Code>, and let nobody else read the
          file.
        </p>
      )}
      <div className={styles.code}>
        <CodeBlock label={file.name} code={file.text} />
      </div>
    </div>
  );
}
