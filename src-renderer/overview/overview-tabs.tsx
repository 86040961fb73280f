import { Link } from '@tanstack/react-router';
import styles from './overview.module.css';

/** The views of the overview. */
export function OverviewTabs() {
  return (
    <nav className={styles.views} aria-label="Views of the overview">
      <Link to="/overview" activeOptions={{ exact: true, includeSearch: false }}>
        Traffic
      </Link>
      <Link to="/overview/on-call" activeOptions={{ includeSearch: false }}>
        On call
      </Link>
      <Link to="/overview/report" activeOptions={{ includeSearch: false }}>
        Monthly report
      </Link>
    </nav>
  );
}
