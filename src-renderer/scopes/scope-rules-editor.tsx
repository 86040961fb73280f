import type { ServiceId } from '#contract/ids.ts';
import type { Rule } from '#contract/scopes.ts';
import { CataloguePanel } from './catalogue-panel.tsx';
import { ProofPanel } from './proof-panel.tsx';
import { RuleList } from './rule-list.tsx';
import type { SourcedRule } from './rule-verdict.ts';
import styles from './scopes.module.css';
import { useRuleWorkbench } from './use-rule-workbench.ts';

interface ScopeRulesEditorProps {
  /** The service that the scope belongs to. */
  readonly serviceId: ServiceId;
  readonly value: readonly Rule[];
  readonly onChange: (rules: readonly Rule[]) => void;
}

const NO_SCOPES: readonly SourcedRule[] = [];

/** Edits the rules of one scope: the endpoint grid, the rules as text, and what they allow. */
export function ScopeRulesEditor({ serviceId, value, onChange }: ScopeRulesEditorProps) {
  const workbench = useRuleWorkbench(serviceId, value, NO_SCOPES);
  return (
    <div className={styles.picker}>
      <div className={styles.columns}>
        <section className={styles.stack} aria-label="Endpoints">
          <h3>Endpoints</h3>
          <CataloguePanel serviceId={serviceId} workbench={workbench} ownRules={value} onChange={onChange} />
        </section>
        <div className={styles.stack}>
          <RuleList heading="Rules of this scope" rules={value} flags={workbench.flags} onChange={onChange} />
          <ProofPanel workbench={workbench} rules={value} />
        </div>
      </div>
    </div>
  );
}
