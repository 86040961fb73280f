import { Popover } from '@base-ui/react/popover';
import { Bookmark, Check, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SavedView, ViewColumns, ViewScreen } from '#contract/views.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import listStyles from '#renderer/ui/list-box.module.css';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './saved-views.module.css';
import { useSavedViews } from './use-saved-views.ts';

/** A view that every installation has. */
export interface BuiltInView {
  readonly name: string;
  /** As in SavedView. */
  readonly search: string;
}

interface SavedViewsMenuProps {
  readonly screen: ViewScreen;
  readonly builtIn: readonly BuiltInView[];
  /** What is shown now, as viewText gives it. */
  readonly search: string;
  /** The columns as they are now; null when the person has not changed them. */
  readonly columns: ViewColumns | null;
  /** `columns` null: leave them as they are. */
  readonly onOpen: (view: { readonly search: string; readonly columns: ViewColumns | null }) => void;
}

/** The named views of a list: those that are built in, and those that were saved. */
export function SavedViewsMenu({ screen, builtIn, search, columns, onOpen }: SavedViewsMenuProps) {
  const views = useSavedViews(screen);
  const forbidden = useForbidden();
  const [isOpen, setOpen] = useState(false);
  const [isNaming, setNaming] = useState(false);
  const own = views.items.find((view) => view.search === search);
  const current = builtIn.find((view) => view.search === search) ?? own;
  const open = (view: BuiltInView | SavedView) => {
    setOpen(false);
    onOpen({ search: view.search, columns: 'columns' in view ? view.columns : null });
  };
  return (
    <>
      <Popover.Root open={isOpen} onOpenChange={setOpen}>
        <Popover.Trigger
          render={<Button icon={<Bookmark aria-hidden />}>{`View: ${current?.name ?? 'unsaved'}`}</Button>}
        />
        <Popover.Portal>
          <Popover.Positioner sideOffset={4} align="end" className={listStyles.positioner}>
            <Popover.Popup className={styles.panel} aria-label="Saved views">
              <ul className={styles.list}>
                {builtIn.map((view) => (
                  <li key={view.name} className={styles.item}>
                    <ViewButton view={view} isCurrent={view === current} onOpen={open} />
                  </li>
                ))}
              </ul>
              {views.items.length > 0 && (
                <ul className={styles.list} aria-label="Views of the team">
                  {views.items.map((view) => (
                    <li key={view.id} className={styles.item}>
                      <ViewButton view={view} isCurrent={view === current} onOpen={open} />
                      <IconButton
                        label={`Delete view ${view.name}`}
                        icon={<Trash2 aria-hidden />}
                        disabledReason={forbidden('views.delete')}
                        onClick={() => void views.remove(view)}
                      />
                    </li>
                  ))}
                </ul>
              )}
              <Button
                disabledReason={forbidden('views.save')}
                onClick={() => {
                  setOpen(false);
                  setNaming(true);
                }}
              >
                Save this view…
              </Button>
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      {isNaming && (
        <NameDialog
          taken={views.items}
          builtIn={builtIn}
          suggestion={own?.name ?? ''}
          onClose={() => setNaming(false)}
          onName={(name) => {
            setNaming(false);
            const same = views.items.find((view) => view.name.toLowerCase() === name.toLowerCase());
            void views.save({ name, search, columns }, same?.id);
          }}
        />
      )}
    </>
  );
}

interface ViewButtonProps<View> {
  readonly view: View;
  readonly isCurrent: boolean;
  readonly onOpen: (view: View) => void;
}

function ViewButton<View extends BuiltInView>({ view, isCurrent, onOpen }: ViewButtonProps<View>) {
  return (
    <button
      type="button"
      className={styles.view}
      aria-current={isCurrent ? 'true' : undefined}
      onClick={() => onOpen(view)}
    >
      <span className={styles.mark}>{isCurrent && <Check aria-hidden size={14} />}</span>
      {view.name}
    </button>
  );
}

interface NameDialogProps {
  readonly taken: readonly SavedView[];
  readonly builtIn: readonly BuiltInView[];
  readonly suggestion: string;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

function NameDialog({ taken, builtIn, suggestion, onName, onClose }: NameDialogProps) {
  const [name, setName] = useState(suggestion);
  const [problem, setProblem] = useState<string>();
  const text = name.trim();
  const isSame = (view: { readonly name: string }) => view.name.toLowerCase() === text.toLowerCase();
  const replaces = taken.some(isSame);
  const submit = () => {
    if (text === '') setProblem('Give the view a name.');
    else if (text.length > 64) setProblem('At most 64 characters.');
    else if (builtIn.some(isSame)) setProblem('This name belongs to a built-in view. Choose another one.');
    else onName(text);
  };
  return (
    <FormDialog
      title="Save this view"
      description="Filters, order and columns, for everybody who uses this Latchkey."
      size="small"
      submitLabel={replaces ? 'Replace view' : 'Save view'}
      isBusy={false}
      error={null}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={name}
        error={problem}
        help={replaces ? 'A view of this name is there already and is replaced.' : undefined}
        onChange={setName}
      />
    </FormDialog>
  );
}
