import { type BrowserContext, chromium, type Page } from 'playwright';
import { engineAlone } from '../../chromium.ts';
import { routedPaths } from '../../routed-paths.ts';
import { watchPage } from '../../watched-page.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { seededRandom, type Random } from '../worlds/random.ts';
import { startTeamServer, type TeamServer } from '../worlds/team-server.ts';

const OPENINGS = [
  '',
  '"',
  "'",
  '</title>',
  '</script>',
  '-->',
  '</textarea>',
  '`}',
  '\\";',
  '&quot;',
  ']]>',
  '{{',
  '${',
];
const BODIES = [
  '<script>xss=1</script>',
  '<img src=x onerror=xss=1>',
  '<svg onload=xss=1>',
  '<iframe srcdoc="<script>parent.xss=1</script>">',
  '<a href=javascript:xss=1>x</a>',
  '<details open ontoggle=xss=1>',
  '<body onload=xss=1>',
  'javascript:xss=1',
  '<link rel=stylesheet href=//evil.test>',
  '<img src=//evil.test/x>',
  '<style>@import"//evil.test"</style>',
  '<math><mi xlink:href="data:x,x">',
  '<base href=//evil.test>',
  '<form action=//evil.test><input autofocus onfocus=xss=1>',
  '<meta http-equiv=refresh content=0>',
  'data:text/html,<script>xss=1</script>',
  '<x contenteditable onblur=xss=1>',
  '{{constructor.constructor("xss=1")()}}',
  '<noscript><p title="</noscript><img src=x onerror=xss=1>">',
  '<object data=//evil.test>',
];
const ROWS_ON_A_PAGE = 12;
/** Until a screen has its data. */
const SETTLE_MS = 1_200;

function hostileTexts(random: Random, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    `${String(index)}${random.pick(OPENINGS)}${BODIES[index % BODIES.length] ?? ''}`.slice(0, 60),
  );
}

/** Puts hostile texts wherever a stranger or a colleague can, and goes through the screens. */
async function screens(work: Workbench, count: number, isFaulty: boolean): Promise<Figure> {
  const team = await startTeamServer(work, work.program);
  const texts = hostileTexts(seededRandom(11), count);
  const places = await seed(team, texts);
  const browser = await chromium.launch(engineAlone());
  work.onEnd(() => browser.close());
  const context = await browser.newContext({ bypassCSP: isFaulty, viewport: { width: 1280, height: 2_000 } });
  const page = await context.newPage();
  const complaints = watchPage(page);
  let dialogs = 0;
  page.on('dialog', (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
  const { url } = await team.call('sessions.createPairingLink', {});
  await page.goto(url ?? '');
  await page.getByRole('navigation').first().waitFor();
  const shown = new Set<string>();
  let ran = 0;
  for (const place of places) {
    await page.evaluate((hash) => (location.hash = hash), place);
    await page.waitForTimeout(SETTLE_MS);
    if (isFaulty) await page.evaluate(AS_MARKUP);
    const text = await page.evaluate(
      () =>
        document.body.innerText +
        [...document.querySelectorAll('input, textarea')]
          .map((field) => (field as HTMLInputElement).value)
          .join('\n'),
    );
    for (const one of texts) if (text.includes(one)) shown.add(one);
    if (await hasRun(page, context)) ran += 1;
  }
  return {
    reached: `${String(ran)} screens where a script ran, ${String(dialogs)} dialogs, ${String(complaints.length)} complaints or requests elsewhere${complaints.length > 0 ? ` (${complaints[0]?.slice(0, 80) ?? ''})` : ''}; ${String(shown.size)} of ${String(count)} texts seen letter by letter on ${String(places.length)} screens`,
    holds: ran === 0 && dialogs === 0 && complaints.length === 0 && shown.size > count / 4,
  };
}

/** A screen that takes text for markup. */
const AS_MARKUP = (): void => {
  for (const element of document.querySelectorAll('td, h1, h2, a, span, p')) {
    if (element.children.length === 0 && element.textContent.includes('<'))
      // eslint-disable-next-line no-restricted-syntax -- the very fault that the screens must not have
      element.innerHTML = element.textContent;
  }
};

async function hasRun(page: Page, context: BrowserContext): Promise<boolean> {
  return context.pages().length > 1 || (await page.evaluate(() => 'xss' in window));
}

async function seed(team: TeamServer, texts: readonly string[]): Promise<readonly string[]> {
  const [first = ''] = texts;
  const text = (index: number): string => texts[index % texts.length] ?? first;
  const keyIds: string[] = [];
  const secrets: string[] = [];
  const keys = Math.ceil(texts.length / ROWS_ON_A_PAGE);
  for (let index = 0; index < keys; index += 1) {
    const made = await team.newKey({
      name: text(index * 3),
      note: text(index * 3 + 1),
      meta: { note: text(index * 3 + 2) },
      externalId: text(index),
    });
    keyIds.push(made.keyId);
    secrets.push(made.secret);
  }
  const partner = await team.call('partners.create', {
    name: text(1),
    tier: 'external',
    contactName: text(2),
    contactEmail: 'p@acme.example',
    note: text(3),
  });
  await team.call('plans.create', { name: text(5) });
  await team.call('scopes.update', { scopeId: team.scopeId, description: text(6) });
  await team.call('keys.suspend', { keyId: keyIds[0] ?? '', reason: text(7), message: text(8) });
  for (const [index, one] of texts.entries()) {
    await team.verify({
      key: secrets[index % secrets.length] ?? '',
      path: `/inventory/${one}`,
      userAgent: one,
      origin: `https://${String(index)}.example`,
    });
  }
  const { items } = await team.call('requests.list', { limit: 5 });
  const pages = Array.from(
    { length: Math.min(8, keyIds.length) },
    (_, index) =>
      `/keys/${keyIds[index] ?? ''}?tab=${['traffic', 'scopes', 'requests', 'secrets', 'history'][index % 5] ?? ''}`,
  );
  const ids = {
    keyId: keyIds[0] ?? '',
    partnerId: partner.id,
    serviceId: team.serviceId,
    applicationId: team.applicationId,
    requestId: items[0]?.requestId ?? '',
  };
  const more = items.slice(1).map(({ requestId }) => `/requests/${requestId}`);
  return [...pages, ...more, `/services/${team.serviceId}?tab=scopes`, ...everyPage(ids)];
}

/** Every page of the router whose subject is there. */
function everyPage(ids: Readonly<Record<string, string>>): readonly string[] {
  const paths = routedPaths().map((shape) =>
    shape.replaceAll(/\$(\w+)/g, (all, name: string) => ids[name] ?? all),
  );
  return paths.filter((path) => !path.includes('$'));
}

/** Texts of strangers in front of people. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E11',
    promise:
      'Texts that are scripts elsewhere are shown letter by letter on every screen, and nothing runs or leaves',
    target: '500 texts: 0 scripts run, 0 complaints of the Content-Security-Policy, 0 requests elsewhere',
    tier: 'T1',
    isBeside: true,
    figure: (work) => screens(work, work.count(500), false),
    controls: [
      { fault: 'a screen takes texts for markup, without a policy', run: (work) => screens(work, 60, true) },
    ],
  },
];
