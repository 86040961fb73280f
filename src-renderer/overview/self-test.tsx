import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { SelfTest } from '#contract/self-test.ts';
import { useRunSelfTest } from '#renderer/api/commands.ts';
import { useLastSelfTest } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './on-call.module.css';

/** Do limits and quotas admit what they should, and are new secrets as random as promised: the last self-test, and a button for another. */
export function SelfTestPanel() {
  const last = useLastSelfTest();
  const self = useRunSelfTest();
  const forbidden = useForbidden();
  return (
    <section className={styles.selfTest} aria-labelledby="self-test">
      <h2 id="self-test">Self-test</h2>
      <p className={styles.quiet}>
        Sends bursts at eleven kinds of limits and quotas with keys that leave no trace, and looks at the
        secrets that are issued. It takes about a second.
      </p>
      <AsyncRegion query={last} subject="The last self-test">
        {({ result }) =>
          result === null ? <p className={styles.quiet}>Not run yet.</p> : <Result result={result} />
        }
      </AsyncRegion>
      <Button
        isBusy={self.isRunning}
        disabledReason={forbidden('selfTest.run')}
        onClick={() => void self.run({})}
      >
        Run the self-test
      </Button>
      <ErrorNote error={self.error} />
    </section>
  );
}

function Result({ result }: { readonly result: SelfTest }) {
  const { at, isRight, issuer, limits, problems } = result;
  return (
    <>
      {isRight ? (
        <p className={styles.calm}>
          <CircleCheck aria-hidden size={16} />
          <span>
            Limits, quotas and new secrets are right. Last run <RelativeTime at={at} />
          </span>
        </p>
      ) : (
        <ul className={styles.missed} aria-label="What the self-test found">
          {problems.map((problem) => (
            <li key={problem}>
              <TriangleAlert aria-hidden size={16} /> {problem}
            </li>
          ))}
        </ul>
      )}
      <Disclosure label="Figures of the self-test" isInUse={!isRight}>
        <PlainTable
          label="Limits that were tried"
          columns={[
            { header: 'Limit', cell: ({ name }) => name },
            { header: 'Asked', align: 'end', cell: ({ asked }) => count(asked) },
            { header: 'Expected', align: 'end', cell: ({ expected }) => count(expected) },
            { header: 'Admitted', align: 'end', cell: ({ admitted }) => count(admitted) },
          ]}
          rows={limits}
          rowKey={({ name }) => name}
        />
        <p className={styles.quiet}>
          {count(issuer.distinct)} of {count(issuer.secrets)} new secrets are distinct, with{' '}
          {count(issuer.bits)} random bits each. Their characters are spread with a chi-square of{' '}
          {count(issuer.chiSquare)}, where chance gives {count(issuer.chiSquareMin)} to{' '}
          {count(issuer.chiSquareMax)}.
        </p>
      </Disclosure>
    </>
  );
}
