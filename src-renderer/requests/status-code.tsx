import { classNames } from '#renderer/ui/class-names.ts';
import styles from './requests.module.css';

/** The status that the service reported, coloured by class; a dash when nothing was reported. */
export function StatusCode({ status }: { readonly status: number | null }) {
  if (status === null) {
    return (
      <span className={styles.absent} title="The service reported no status.">
        –<span className="visually-hidden">not reported</span>
      </span>
    );
  }
  const look =
    status === 429 ? styles.limited : status >= 500 ? styles.failed : status >= 400 ? styles.wrong : '';
  return <span className={classNames(styles.status, look)}>{status}</span>;
}
