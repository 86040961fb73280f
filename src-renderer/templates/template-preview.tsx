import type { Template } from '#contract/templates.ts';
import { usePlans, useScopes } from '#renderer/api/queries.ts';
import { limitText } from '#renderer/limits/limit-words.ts';
import { scopeSentence } from '#renderer/scopes/scope-sentence.ts';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { lifeWords, POLICY_WORDS } from './template-words.ts';

const BINDINGS = ['ipAllow', 'originAllow', 'userAgentAllow', 'serviceAllow', 'timeAllow'] as const;

/** A key of the template as it will be: what it may call, limits, bindings, life. */
export function TemplatePreview({ template }: { readonly template: Template }) {
  const scopes = useScopes().data?.items ?? [];
  const plan = usePlans().data?.items.find(({ id }) => id === template.planId);
  const held = scopes.filter(({ id }) => template.scopeIds.includes(id));
  const bindings = BINDINGS.filter((field) => template[field].length > 0);
  return (
    <Facts>
      <Fact name="Scopes">{held.length === 0 ? 'none' : held.map(({ name }) => name).join(', ')}</Fact>
      <Fact name="May call">{scopeSentence([...held.flatMap(({ rules }) => rules), ...template.rules])}</Fact>
      {plan !== undefined && (
        <Fact name="Plan">
          {plan.name}: {limitText(plan)}
        </Fact>
      )}
      <Fact name={plan === undefined ? 'Limits' : 'Own limits'}>{limitText(template)}</Fact>
      <Fact name="Bound by">
        {bindings.length === 0
          ? 'nothing: from anywhere, at any time'
          : new Intl.ListFormat('en').format(bindings.map((field) => POLICY_WORDS[field]))}
        {bindings.length > 0 && template.bindingMode === 'observe' && ', only observed'}
      </Fact>
      <Fact name="Expires">{template.expiresInMs === null ? 'never' : `after ${lifeWords(template)}`}</Fact>
      <Fact name="Environment">{template.environment ?? 'chosen with the key'}</Fact>
    </Facts>
  );
}
