import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ServiceId } from '#contract/ids.ts';
import type { Rule } from '#contract/scopes.ts';
import { counted } from '#renderer/format/numbers.ts';
import { EmptyState, ErrorState, SkeletonLines } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { CellMark } from './cell-mark.tsx';
import { searchEndpoints } from './endpoint-grid-rows.ts';
import { EndpointGrid } from './endpoint-grid.tsx';
import styles from './scopes.module.css';
import type { RuleWorkbench } from './use-rule-workbench.ts';

interface CataloguePanelProps {
  readonly serviceId: ServiceId | null;
  readonly workbench: RuleWorkbench;
  readonly ownRules: readonly Rule[];
  /** Absent: cells only show. */
  readonly onChange?: ((rules: readonly Rule[]) => void) | undefined;
}

/** The catalogue as a grid with its search, or how to get one. */
export function CataloguePanel({ serviceId, workbench, ownRules, onChange }: CataloguePanelProps) {
  const [query, setQuery] = useState('');
  const { catalogue, error } = workbench;
  if (catalogue === undefined) {
    return error === null ? (
      <SkeletonLines lines={6} />
    ) : (
      <ErrorState title="The endpoints could not be loaded." error={error} onRetry={workbench.retry} />
    );
  }
  if (catalogue.length === 0)
    return <NoCatalogue serviceId={serviceId} canWriteRules={onChange !== undefined} />;
  const found = searchEndpoints(catalogue, query);
  return (
    <div className={styles.stack}>
      <div className={styles.searchRow}>
        <TextField
          label="Search endpoints"
          hideLabel
          isSmall
          type="search"
          placeholder="Search: path, method or group"
          value={query}
          onChange={setQuery}
          className={styles.search}
        />
        <span className={styles.meta} role="status">
          {found.length === catalogue.length
            ? counted(catalogue.length, 'endpoint')
            : `${String(found.length)} of ${counted(catalogue.length, 'endpoint')}`}
        </span>
      </div>
      {found.length === 0 ? (
        <p className={styles.meta}>No endpoint matches “{query}”.</p>
      ) : (
        <EndpointGrid
          endpoints={found}
          catalogue={catalogue}
          ownRules={ownRules}
          allRules={workbench.allRules}
          onChange={onChange}
        />
      )}
      <GridLegend isReadOnly={onChange === undefined} />
    </div>
  );
}

function NoCatalogue({ serviceId, canWriteRules }: { serviceId: ServiceId | null; canWriteRules: boolean }) {
  return (
    <div className={styles.frame}>
      <EmptyState
        title="No endpoints in the catalogue yet"
        actions={
          serviceId !== null && (
            <Link to="/services/$serviceId" params={{ serviceId }} search={{ tab: 'endpoints' }}>
              Import endpoints
            </Link>
          )
        }
      >
        {canWriteRules
          ? 'Rules work without them: write them as text, for example GET /inventory/**. With a catalogue you can pick from a grid.'
          : 'Import an OpenAPI document or paste paths to see what the rules reach.'}
      </EmptyState>
    </div>
  );
}

function GridLegend({ isReadOnly }: { readonly isReadOnly: boolean }) {
  return (
    <div className={styles.legend}>
      {!isReadOnly && (
        <>
          <span>
            <CellMark name="allow" /> allowed here
          </span>
          <span>
            <CellMark name="deny" /> denied here
          </span>
        </>
      )}
      <span>
        <CellMark name="reachedAllow" /> allowed by a rule
      </span>
      <span>
        <CellMark name="reachedDeny" /> denied by a rule
      </span>
      <span>
        <CellMark name="reachedPartly" /> some of them
      </span>
      <span>
        <CellMark name="none" /> not set: refused
      </span>
      {!isReadOnly && (
        <span className={styles.keys}>
          <kbd>Space</kbd> cycles a cell, <kbd>Shift</kbd>+<kbd>Space</kbd> the row, <kbd>Ctrl</kbd>+
          <kbd>Space</kbd> the column
        </span>
      )}
    </div>
  );
}
