const SCHEMES = [
  'http',
  'https',
  'file',
  'ftp',
  'ws',
  'wss',
  'chrome',
  'devtools',
  'view-source:https',
  'blob:https',
  'apps',
  'xapp',
  'application',
  'filesystem:app',
  'blob:app',
];
const HOSTS = [
  'evil.test',
  'bundle',
  'bundle.evil.test',
  '127.0.0.1:7420',
  'localhost',
  '[::1]:7421',
  'bundle@evil.test',
  'evil.test/bundle',
  'app.bundle',
  'xn--bundle-9za.test',
];
const OUR_SCHEME_ELSEWHERE = [
  'evil',
  'bundle.evil',
  'bundle:80',
  'bundle:7420',
  'bundl',
  'bundlex',
  'xbundle',
  'bundle.',
  '.bundle',
  'bundle%2eevil',
  'bundle%00',
  'localhost',
  '127.0.0.1',
  'user@bundle',
  'user:pass@bundle',
  'bundle@evil',
  'bundle:1@evil',
  ' bundle.evil',
  'evil#bundle',
  'evil?bundle',
  'evil/bundle',
  'evil\\bundle',
  'ｂundle-x',
  'bundle\u200b',
  '',
];
const ODD = [
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD4=',
  'about:blank',
  'about:srcdoc',
  'mailto:someone@evil.test',
  'tel:112',
  'sms:112',
  'vbscript:msgbox',
  'ms-msdt:/id',
  'search-ms:query=x',
  'smb://evil.test/share',
  '\\\\evil.test\\share',
  '//evil.test/index.html',
  '/etc/passwd',
  'C:\\Windows\\system32\\calc.exe',
  'latchkey://keys/1',
  'app:bundle',
  'app:evil/bundle',
  'app:',
  'bundle',
  '',
  ' ',
];

/** More than 200 addresses that are not a page of ours. */
export const HOSTILE_URLS: readonly string[] = [
  ...SCHEMES.flatMap((scheme) => HOSTS.map((host) => `${scheme}://${host}/index.html`)),
  ...OUR_SCHEME_ELSEWHERE.map((host) => `app://${host}/index.html`),
  ...ODD,
];

/** More than 1,000 attempts to leave a folder by a URL's path. */
export const TRAVERSAL_PATHS: readonly string[] = makeTraversals();

function makeTraversals(): string[] {
  const ups = [
    '..',
    '%2e%2e',
    '.%2e',
    '%2E.',
    '..%2f',
    '..%5c',
    '%2e%2e%2f',
    '..\\',
    '%252e%252e',
    '..;',
    '....//',
    '..%00',
    '%c0%ae%c0%ae',
    '..%c0%af',
    '%uff0e%uff0e',
  ];
  const targets = [
    'etc/passwd',
    'secret.html',
    'keys.db',
    'package.json',
    'main/index.js',
    'preload.cjs',
    'C:/windows/win.ini',
    '%2fetc%2fpasswd',
  ];
  const starts = ['/', '/assets/', '//', '/./'];
  const depths = [1, 2, 5];
  const paths: string[] = [];
  for (const start of starts) {
    for (const up of ups) {
      for (const depth of depths) {
        for (const target of targets) paths.push(`${start}${`${up}/`.repeat(depth)}${target}`);
      }
    }
  }
  return paths;
}
