import { useNavigate } from '@tanstack/react-router';
import { useState, type KeyboardEvent } from 'react';
import type { KeyListItem } from '#contract/keys.ts';
import { Menu } from '#renderer/ui/menu.tsx';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import { FocusedRowActions } from './focused-row-actions.tsx';
import { sortChange, type KeysSearch } from './keys-search.ts';
import type { KeyActions } from './use-key-actions.tsx';
import { rowKeyOf, type KeysList } from './use-keys-list.ts';

interface KeysTableProps {
  readonly list: KeysList;
  readonly search: KeysSearch;
  readonly actions: KeyActions;
  readonly onChange: (next: Partial<KeysSearch>) => void;
  readonly onEndReached: () => void;
}

const toneOf = (key: KeyListItem) =>
  key.status === 'revoked' || key.status === 'expired' ? 'ended' : undefined;

/** Rows of keys with their keyboard. */
export function KeysTable({ list, search, actions, onChange, onEndReached }: KeysTableProps) {
  const { rows, total, layout, marks, menu, setMenu } = list;
  const [focused, setFocused] = useState<KeyListItem | null>(null);
  const navigate = useNavigate();
  const open = (key: KeyListItem) => void navigate({ to: '/keys/$keyId', params: { keyId: key.keyId } });
  const edit = (key: KeyListItem) =>
    void navigate({ to: '/keys/$keyId', params: { keyId: key.keyId }, search: { dialog: 'edit' } });
  const openMenu = (key: KeyListItem) => {
    const row = document.querySelector(`[role="row"][data-key="${key.keyId}"]`);
    if (row !== null) setMenu({ key, anchor: row });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    if (marks.rows.length > 0) marks.replace([]);
    else onChange({ key: undefined });
  };
  return (
    <>
      <VirtualTable
        label="Keys"
        columns={layout.columns}
        widths={layout.widths}
        onWidth={layout.setWidth}
        rows={rows}
        rowCount={total ?? rows.length}
        rowKey={rowKeyOf}
        rowTone={toneOf}
        markedKeys={marks.keys}
        onMark={marks.mark}
        selectedKey={search.key ?? null}
        onSelect={(key) => onChange({ key: key.keyId })}
        onOpen={open}
        onRowKey={pressed}
        onRowMenu={(key, anchor) => setMenu({ key, anchor })}
        onFocusRow={setFocused}
        sort={search.sort ?? 'name'}
        onSort={(sort) => onChange(sortChange(sort))}
        onEndReached={onEndReached}
        onDrawn={list.onDrawn}
      />
      {focused !== null && (
        <FocusedRowActions
          subject={focused}
          actions={actions}
          onEdit={() => edit(focused)}
          onMenu={() => openMenu(focused)}
        />
      )}
      <Menu
        anchor={menu?.anchor ?? null}
        onClose={() => setMenu(null)}
        actions={menu === null ? [] : actions.menuOf(menu.key)}
      />
    </>
  );
}
