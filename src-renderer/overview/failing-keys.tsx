import { Link } from '@tanstack/react-router';
import type { FailingKey, Health, HealthRange } from '#contract/health.ts';
import { DECISION_CODES, type DecisionCode } from '#contract/verify.ts';
import { count, percent } from '#renderer/format/numbers.ts';

import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { OUTCOME_WORDS } from '#renderer/requests/outcome-chip.tsx';
import { BittingGlyph } from '#renderer/ui/bitting-glyph.tsx';
import { RANGE_WORDS } from './levels.ts';
import styles from './on-call.module.css';

const LOG_RANGES = { hour: '1h', day: '24h', week: '7d' } as const;

/** Keys with most refusals: why, since when, and the way to their requests. */
export function FailingKeys({ health, range }: { readonly health: Health; readonly range: HealthRange }) {
  return (
    <section aria-labelledby="failing-keys">
      <h2 id="failing-keys">Keys with most refusals</h2>
      {health.failingKeys.length === 0 ? (
        <p className={styles.quiet}>No key was refused in the {RANGE_WORDS[range]}.</p>
      ) : (
        <div className={styles.frame}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">Outcomes</th>
                <th scope="col">Refused</th>
                <th scope="col">First refused</th>
                <th scope="col">Requests</th>
              </tr>
            </thead>
            <tbody>
              {health.failingKeys.map((key) => (
                <FailingRow key={key.keyId} failing={key} range={range} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function FailingRow({ failing, range }: { readonly failing: FailingKey; readonly range: HealthRange }) {
  const { byCode, firstRefusedAt, keyId, name, refused, total } = failing;
  return (
    <tr>
      <th scope="row">
        <Link to="/keys/$keyId" params={{ keyId }} className={styles.key}>
          <BittingGlyph keyId={keyId} size={16} /> {name}
        </Link>
      </th>
      <td>
        <OutcomeMix byCode={byCode} total={total} />
      </td>
      <td>
        {count(refused)} <span className={styles.note}>of {count(total)}</span>
      </td>
      <td>
        <RelativeTime at={firstRefusedAt} />
      </td>
      <td>
        <Link to="/requests" search={{ key: keyId, outcome: 'refused', range: LOG_RANGES[range] }}>
          Refused requests<span className="visually-hidden"> of {name}</span>
        </Link>
      </td>
    </tr>
  );
}

/** What passed and what was refused for which reason, as a bar and in words. */
function OutcomeMix({ byCode, total }: Pick<FailingKey, 'byCode' | 'total'>) {
  const outcomes = DECISION_CODES.map((code) => [code, byCode[code] ?? 0] as const)
    .filter(([, one]) => one > 0)
    .sort(([, a], [, b]) => b - a);
  const words = outcomes.map(([code, one]) => `${OUTCOME_WORDS[code]} ${percent(one / total)}`).join(', ');
  return (
    <span className={styles.mix}>
      <span className={styles.mixBar} aria-hidden>
        {outcomes.map(([code, one]) => (
          <span
            key={code}
            data-look={lookOf(code)}
            style={{ inlineSize: `${String((one / total) * 100)}%` }}
          />
        ))}
      </span>
      <span className={styles.mixWords}>{words}</span>
    </span>
  );
}

function lookOf(code: DecisionCode): 'allowed' | 'limited' | 'refused' {
  if (code === 'VALID') return 'allowed';
  return code === 'RATE_LIMITED' || code === 'QUOTA_EXCEEDED' ? 'limited' : 'refused';
}
