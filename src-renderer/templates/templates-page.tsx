import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Plan } from '#contract/plans.ts';
import type { Template } from '#contract/templates.ts';
import { usePlans, useTemplates } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { limitText } from '#renderer/limits/limit-words.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import { grantWords, lifeWords } from './template-words.ts';
import styles from './templates.module.css';

/** All templates: what a kind of key may, for how long, and how many follow it. */
export function TemplatesPage() {
  const [includeArchived, setIncludeArchived] = useState(false);
  const query = useTemplates({ includeArchived }, { keepsPrevious: true });
  const plans = usePlans().data?.items ?? [];
  const navigate = useNavigate();
  const forbidden = useForbidden()('templates.create');
  const open = (template: Template) =>
    void navigate({ to: '/templates/$templateId', params: { templateId: template.id } });
  const create = (
    <Button
      variant="primary"
      icon={<Plus aria-hidden />}
      disabledReason={forbidden}
      onClick={() => void navigate({ to: '/templates/new' })}
    >
      New template
    </Button>
  );
  const total = query.data?.items.length;
  return (
    <Page isFilled>
      <PageHeader
        title="Templates"
        count={total === undefined ? undefined : counted(total, 'template')}
        actions={create}
      >
        <div className={styles.bar}>
          <Switch label="Show archived" isOn={includeArchived} onChange={setIncludeArchived} />
          <Link to="/templates/compare">Compare two templates</Link>
        </div>
      </PageHeader>
      <AsyncRegion
        query={query}
        subject="The templates"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="No templates here" actions={create}>
            A template says what a kind of key may, so that a new one needs only a name and an application.
          </EmptyState>
        }
      >
        {(data) => (
          <VirtualTable
            label="Templates"
            columns={columnsOf(plans)}
            rows={data.items}
            rowCount={data.items.length}
            rowKey={(template) => template.id}
            onSelect={open}
            onOpen={open}
          />
        )}
      </AsyncRegion>
    </Page>
  );
}

function columnsOf(plans: readonly Plan[]): readonly Column<Template>[] {
  return [
    {
      id: 'name',
      header: 'Template',
      track: 'minmax(220px, 3fr)',
      cell: (template) => (
        <span className={styles.nameCell}>
          <span className={styles.nameLine}>
            <strong>{template.name}</strong>
            {template.isArchived && <Chip>Archived</Chip>}
            {template.isForIssuers && <Chip>For issuers</Chip>}
          </span>
          <span className={styles.quiet}>{template.description}</span>
        </span>
      ),
    },
    { id: 'grants', header: 'Grants', track: 'minmax(110px, 1fr)', cell: grantWords },
    {
      id: 'limits',
      header: 'Limits',
      track: 'minmax(140px, 1fr)',
      hideBelow: 900,
      cell: (template) => limitsCell(template, plans),
    },
    {
      id: 'environment',
      header: 'Environment',
      track: '100px',
      hideBelow: 760,
      cell: (template) => template.environment ?? 'either',
    },
    { id: 'life', header: 'Key lifetime', track: '110px', cell: lifeWords },
    { id: 'keys', header: 'Keys', track: '70px', align: 'end', cell: (template) => count(template.keyCount) },
  ];
}

function limitsCell(template: Template, plans: readonly Plan[]): string {
  const plan = plans.find(({ id }) => id === template.planId);
  const own = limitText(template);
  if (plan === undefined) return own === 'none of its own' ? 'none' : own;
  return own === 'none of its own' ? `plan ${plan.name}` : `plan ${plan.name}; ${own}`;
}
