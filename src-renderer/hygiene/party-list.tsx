import { counted } from '#renderer/format/numbers.ts';
import { ruleLine } from '#renderer/scopes/rule-text.ts';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { apartSentence, partyLines, partyName, type Party } from './sharing-words.ts';
import styles from './sharing.module.css';

interface PartyListProps {
  readonly parties: readonly Party[];
  /** Requests of callers that are too few to say whose they are. */
  readonly others: number;
}

/** Those who seem to share a key, with what tells them apart and what each of them calls. */
export function PartyList({ parties, others }: PartyListProps) {
  return (
    <>
      <ol className={styles.parties} aria-label="Parties">
        {parties.map((party, index) => {
          const apart = apartSentence(party);
          return (
            <li key={partyName(party, index)} className={styles.party}>
              <h3 className={styles.name}>{partyName(party, index)}</h3>
              {partyLines(party).map((line) => (
                <p key={line}>{line}</p>
              ))}
              {apart !== null && <p className={styles.apart}>{apart}</p>}
              {party.rules !== null && (
                <Disclosure isInUse={false} label={`${counted(party.rules.length, 'rule')} would be enough`}>
                  <ul className={styles.rules}>
                    {party.rules.map((rule) => (
                      <li key={ruleLine(rule)}>
                        <code>{ruleLine(rule)}</code>
                      </li>
                    ))}
                  </ul>
                </Disclosure>
              )}
            </li>
          );
        })}
      </ol>
      {others > 0 && (
        <p className={styles.quiet}>
          {counted(others, 'further request')} came from callers that called too seldom to say whose they are.
        </p>
      )}
    </>
  );
}
