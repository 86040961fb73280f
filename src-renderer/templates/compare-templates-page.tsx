import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { templateId } from '#contract/ids.ts';
import type { Plan } from '#contract/plans.ts';
import type { Scope } from '#contract/scopes.ts';
import type { Template } from '#contract/templates.ts';
import { usePlans, useScopes, useTemplates } from '#renderer/api/queries.ts';
import { isBound } from '#renderer/bindings/binding-draft.ts';
import { duration } from '#renderer/format/durations.ts';
import { limitFacts } from '#renderer/limits/limit-words.ts';
import { ruleLine } from '#renderer/scopes/rule-text.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { lifeWords } from './template-words.ts';
import styles from './templates.module.css';

const route = getRouteApi('/templates/compare');

/** Two templates side by side, and in what they differ. */
export function CompareTemplatesPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const query = useTemplates({ includeArchived: true });
  const plans = usePlans().data?.items ?? [];
  const scopes = useScopes().data?.items ?? [];
  const show = (part: { readonly a?: string; readonly b?: string }) =>
    void navigate({
      to: '/templates/compare',
      search: {
        a: templateId.safeParse(part.a ?? search.a).data,
        b: templateId.safeParse(part.b ?? search.b).data,
      },
      replace: true,
    });
  return (
    <Page>
      <PageHeader title="Compare templates">
        <p>
          <Link to="/templates">All templates</Link>
        </p>
      </PageHeader>
      <AsyncRegion query={query} subject="The templates" className={formStyles.form}>
        {({ items }) => {
          const [one, other] = [search.a, search.b].map((id) => items.find((item) => item.id === id));
          const options = [
            { value: '', label: 'Choose a template' },
            ...items.map((item) => ({ value: String(item.id), label: item.name })),
          ];
          return (
            <>
              <div className={styles.bar}>
                <Select label="First" value={one?.id ?? ''} options={options} onChange={(a) => show({ a })} />
                <Select
                  label="Second"
                  value={other?.id ?? ''}
                  options={options}
                  onChange={(b) => show({ b })}
                />
              </div>
              {one === undefined || other === undefined ? (
                <EmptyState title="Choose two templates">
                  What they grant, limit and bind is shown side by side.
                </EmptyState>
              ) : (
                <Comparison one={one} other={other} lines={linesOf(one, other, { plans, scopes })} />
              )}
            </>
          );
        }}
      </AsyncRegion>
    </Page>
  );
}

interface Line {
  readonly name: string;
  readonly one: string;
  readonly other: string;
}

function Comparison(props: {
  readonly one: Template;
  readonly other: Template;
  readonly lines: readonly Line[];
}) {
  const { one, other, lines } = props;
  return (
    <section className={formStyles.section} aria-label="Comparison">
      <PlainTable
        label="Comparison"
        rows={lines}
        rowKey={({ name }) => name}
        columns={[
          { header: 'What', cell: ({ name }) => name },
          { header: one.name, cell: (line) => <span className={styles.lines}>{line.one}</span> },
          { header: other.name, cell: (line) => <span className={styles.lines}>{line.other}</span> },
          {
            header: 'Same or not',
            hidesHeader: true,
            align: 'end',
            cell: (line) => (line.one === line.other ? 'same' : <Chip tone="warn">differs</Chip>),
          },
        ]}
      />
    </section>
  );
}

interface Names {
  readonly plans: readonly Plan[];
  readonly scopes: readonly Scope[];
}

function linesOf(one: Template, other: Template, names: Names): readonly Line[] {
  const first = factsOf(one, names);
  const second = new Map(factsOf(other, names));
  return first.map(([name, text]) => ({ name, one: text, other: second.get(name) ?? '' }));
}

function factsOf(template: Template, { plans, scopes }: Names): readonly (readonly [string, string])[] {
  const list = (lines: readonly string[], none: string) => (lines.length === 0 ? none : lines.join('\n'));
  const plan = plans.find(({ id }) => id === template.planId);
  const held = scopes.filter(({ id }) => template.scopeIds.includes(id)).map(({ name }) => name);
  const bound = [
    ...template.ipAllow,
    ...template.originAllow,
    ...template.userAgentAllow,
    ...template.timeAllow.map(({ from, to, timeZone }) => `${from} to ${to} ${timeZone}`),
    ...(template.serviceAllow.length === 0 ? [] : [`only ${String(template.serviceAllow.length)} services`]),
    ...(isBound(template) && template.bindingMode === 'observe' ? ['only observed'] : []),
  ];
  return [
    ['Scopes', list(held, 'none')],
    ['Own rules', list(template.rules.map(ruleLine), 'none')],
    ['Plan', plan?.name ?? 'none'],
    ['Limits', list(limitFacts(template), 'none of its own')],
    ['Bindings', list(bound, 'none')],
    ['Environment', template.environment ?? 'either'],
    ['Key lifetime', lifeWords(template)],
    ['Grace after the expiry', template.expiryGraceMs === null ? 'none' : duration(template.expiryGraceMs)],
    [
      'Reminder to rotate',
      template.rotateEveryMs === null ? 'none' : `every ${duration(template.rotateEveryMs)}`,
    ],
    ['Tags', list(template.tags, 'none')],
    ['Issuers', template.isForIssuers ? 'may use it' : 'may not use it'],
  ];
}
