import type { KeyLifetime } from '#contract/key-lifetimes.ts';
import { usePartners, useSettings } from '#renderer/api/queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { toLocalInput } from '#renderer/format/time.ts';
import { tierWord } from '#renderer/partners/tier-words.ts';
import { Button } from '#renderer/ui/button.tsx';
import { EXPIRY_CHOICES, type KeyDraft } from './key-draft.ts';

const DAY_MS = 86_400_000;

interface LifetimeNoteProps {
  readonly partnerId: KeyDraft['partnerId'];
  readonly onChange: (part: Partial<KeyDraft>) => void;
}

/** What the policy of the partner's tier says of how long its keys live; nothing where there is none. */
export function LifetimeNote({ partnerId, onChange }: LifetimeNoteProps) {
  const partners = usePartners();
  const settings = useSettings();
  const tier = partners.data?.items.find(({ id }) => id === partnerId)?.tier;
  const lifetime = settings.data?.keyLifetimes.find((policy) => policy.tier === tier);
  if (lifetime === undefined) return null;
  const { defaultDays } = lifetime;
  return (
    <p>
      {lifetimeWords(lifetime)}{' '}
      {defaultDays !== null && (
        <Button variant="quiet" onClick={() => onChange(expiryIn(defaultDays))}>
          Use {counted(defaultDays, 'day')}
        </Button>
      )}
    </p>
  );
}

function lifetimeWords({ tier, defaultDays, maxDays }: KeyLifetime): string {
  const usual = defaultDays === null ? [] : [`usually ${counted(defaultDays, 'day')}`];
  const most = maxDays === null ? [] : [`at most ${counted(maxDays, 'day')}`];
  const words = [...usual, ...most].join(', ');
  return `Keys of the tier ${tierWord(tier)} live ${words === '' ? 'as long as you choose' : words}.`;
}

/** As one of the choices, else as a date. */
function expiryIn(days: number): Partial<KeyDraft> {
  const choice = EXPIRY_CHOICES.find((offered) => offered === String(days));
  return choice === undefined
    ? { expiry: 'date', expiryDate: toLocalInput(nowMs() + days * DAY_MS) }
    : { expiry: choice };
}
