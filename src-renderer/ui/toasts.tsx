import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './toasts.module.css';
import { IconButton } from './icon-button.tsx';

interface ToastOptions {
  /** `failure` is announced at once and stays until closed. */
  readonly tone?: 'done' | 'failure';
  readonly detail?: string;
  readonly action?: { readonly label: string; readonly onSelect: () => void };
  /** How long it stays, ms; 0 = until closed. Default 6 s, 12 s with an action. */
  readonly stayMs?: number;
}

/** The means to tell the result of an action: `say('Key suspended', { action: { label: 'Undo', … } })`. */
export function useToasts(): { readonly say: (text: string, options?: ToastOptions) => void } {
  const manager = Toast.useToastManager();
  return {
    say: (text, { tone = 'done', detail, action, stayMs } = {}) => {
      const id: string = manager.add({
        title: text,
        description: detail,
        type: tone,
        priority: tone === 'failure' ? 'high' : 'low',
        timeout: stayMs ?? (tone === 'failure' ? 0 : action === undefined ? 6_000 : 12_000),
        ...(action === undefined
          ? {}
          : {
              actionProps: {
                children: action.label,
                onClick: () => {
                  manager.close(id);
                  action.onSelect();
                },
              },
            }),
      });
    },
  };
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles.toast}>
      <Toast.Content className={styles.content}>
        <div className={styles.words}>
          <Toast.Title className={styles.title} />
          <Toast.Description className={styles.detail} />
        </div>
        <Toast.Action className={styles.action} />
        <Toast.Close render={<IconButton label="Dismiss" icon={<X aria-hidden />} />} />
      </Toast.Content>
    </Toast.Root>
  ));
}

/** Holds the toasts of everything inside it. Once, around the application. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport}>
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
