import { NOTICE_KINDS, type NoticeKind } from '#contract/notice-kinds.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { NOTICE_KIND_WORDS } from './notice-kind-words.ts';
import styles from './settings.module.css';

interface KindsFieldProps<Kind extends NoticeKind> {
  readonly legend: string;
  readonly offered: readonly Kind[];
  readonly chosen: readonly Kind[];
  readonly onChange: (chosen: readonly Kind[]) => void;
}

/** Which kinds of notices somebody wants. */
export function KindsField<Kind extends NoticeKind>(props: KindsFieldProps<Kind>) {
  const { legend, offered, chosen, onChange } = props;
  return (
    <fieldset className={styles.kinds}>
      <legend>{legend}</legend>
      {offered.length === NOTICE_KINDS.length && (
        <p className={styles.quiet}>
          With all of them ticked, kinds that a later version adds are sent, too; else they wait here for a
          tick.
        </p>
      )}
      {offered.map((kind) => (
        <Checkbox
          key={kind}
          {...NOTICE_KIND_WORDS[kind]}
          isChecked={chosen.includes(kind)}
          onChange={(isChosen) =>
            onChange(offered.filter((other) => (other === kind ? isChosen : chosen.includes(other))))
          }
        />
      ))}
    </fieldset>
  );
}
