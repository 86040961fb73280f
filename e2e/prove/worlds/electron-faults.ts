import ts from 'typescript';

/** What must not be in the code of a desktop shell, by name. */
export interface ElectronRule {
  readonly name: string;
  /** Is it there, at this node? */
  readonly isBroken: (node: ts.Node) => boolean;
}

/** An option of a window or of a view that is set to this. */
const option = (name: string, bad: (value: string) => boolean): ElectronRule => ({
  name: `the option ${name}`,
  isBroken: (node) =>
    ts.isPropertyAssignment(node) && textOf(node.name) === name && bad(node.initializer.getText()),
});

const isTrue = (value: string): boolean => value !== 'false';
const isFalse = (value: string): boolean => value !== 'true';

/** A call whose function is named so, with arguments that are not allowed. */
const call = (
  name: RegExp,
  isBad: (args: readonly ts.Expression[]) => boolean = () => true,
): ElectronRule => ({
  name: `a call of ${name.source.replaceAll(/[\\^$()?:]/g, '')}`,
  isBroken: (node) =>
    ts.isCallExpression(node) && name.test(node.expression.getText()) && isBad(node.arguments),
});

/** What known weaknesses of Electron applications were made of. */
export const ELECTRON_RULES: readonly ElectronRule[] = [
  option('nodeIntegration', isTrue),
  option('nodeIntegrationInWorker', isTrue),
  option('nodeIntegrationInSubFrames', isTrue),
  option('contextIsolation', isFalse),
  option('sandbox', isFalse),
  option('webSecurity', isFalse),
  option('allowRunningInsecureContent', isTrue),
  option('experimentalFeatures', isTrue),
  option('enableBlinkFeatures', () => true),
  option('webviewTag', isTrue),
  option('navigateOnDragDrop', isTrue),
  option('enableRemoteModule', () => true),
  option('affinity', () => true),
  option('bypassCSP', isTrue),
  call(/\.openExternal$/, ([address]) => !/^LINKS\[/.test(address?.getText() ?? '')),
  call(/\.(?:executeJavaScript|insertCSS|executeJavaScriptInIsolatedWorld)$/),
  call(/^(?:eval|Function)$/),
  call(/\.(?:setCertificateVerifyProc|setProxy|enableNetworkEmulation)$/),
  call(/\.appendSwitch$|\.appendArgument$/),
  call(/\.loadURL$/, ([address]) => address?.getText() !== 'BUNDLE_URL'),
  call(/\.loadFile$|\.registerFileProtocol$|\.interceptFileProtocol$/),
  call(/\.(?:openDevTools|disableHardwareAcceleration)$/, ([first]) => first === undefined),
  call(/ipcMain\.(?:handle|on|once|handleOnce)$/),
  call(/\.allowNTLMCredentialsForDomains$|\.setAsDefaultProtocolClient$/),
  {
    name: 'the event certificate-error',
    isBroken: (node) => ts.isStringLiteral(node) && node.text === 'certificate-error',
  },
  {
    name: 'warnings that are switched off',
    isBroken: (node) => ts.isStringLiteralLike(node) && /ELECTRON_DISABLE_SECURITY/.test(node.text),
  },
  {
    name: 'an address without encryption',
    isBroken: (node) => ts.isStringLiteralLike(node) && /^(?:http|ftp|ws|file):/.test(node.text),
  },
];

/** What is broken in a source, as "rule in file:line". */
export function electronFaults(path: string, text: string): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    for (const { name, isBroken } of ELECTRON_RULES) {
      if (!isBroken(node)) continue;
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${name} in ${path}:${String(line + 1)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function textOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : '';
}
