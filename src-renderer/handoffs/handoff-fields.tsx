import type { OnExpiry } from '#contract/handoffs.ts';
import type { ApiError } from '#renderer/api/client.ts';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import type { Option } from '#renderer/ui/select.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { LIFE_OPTIONS, type HandoffDraft } from './handoff-draft.ts';
import type { HandoffWay } from './handoff-way.ts';

const ON_EXPIRY: readonly Option<OnExpiry>[] = [
  { value: 'keep', label: 'Ask me', detail: 'The secret stays good. The handoff asks for somebody.' },
  {
    value: 'withdraw_secret',
    label: 'Take the secret out of use, and ask me',
    detail:
      'A rotation is undone while the old secret lives; a new key is suspended. No new secret is made that nobody would receive.',
  },
];

interface HandoffFieldsProps {
  readonly draft: HandoffDraft;
  readonly onChange: (draft: HandoffDraft) => void;
  readonly error: ApiError | null;
  /** A copy for a vault cannot expire; only pages show a message. */
  readonly way: HandoffWay;
}

/** To whom, with which words, and for how long. */
export function HandoffFields({ draft, onChange, error, way }: HandoffFieldsProps) {
  const isLink = way === 'link';
  const hasPage = isLink || way === 'page';
  const set = (part: Partial<HandoffDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      <TextField
        label="Recipient"
        value={draft.recipientName}
        onChange={(recipientName) => set({ recipientName })}
        help={
          way === 'clipboard'
            ? 'Whose vault it goes into.'
            : `A person, so that you know whom to ask.${hasPage ? ' The page shows the name.' : ''}`
        }
        error={error?.field('recipientName')}
      />
      <TextField
        label="How to reach them"
        isOptional
        value={draft.recipientContact}
        onChange={(recipientContact) => set({ recipientContact })}
        error={error?.field('recipientContact')}
      />
      {way !== 'clipboard' && (
        <>
          <RadioGroup
            label={isLink ? 'The link is good for' : 'First use expected within'}
            isInline
            value={draft.life}
            options={LIFE_OPTIONS}
            onChange={(life) => set({ life })}
            help={
              isLink
                ? 'It shows the secret once.'
                : 'The file itself opens for ever. You are asked if nobody uses it.'
            }
          />
          {hasPage && (
            <TextArea
              label="Words on the page"
              isOptional
              rows={2}
              value={draft.message}
              onChange={(message) => set({ message })}
              help="What the key is for, how to use it, whom to call."
              error={error?.field('message')}
            />
          )}
          <RadioGroup
            label="When nobody comes in time"
            value={draft.onExpiry}
            options={ON_EXPIRY}
            onChange={(onExpiry) => set({ onExpiry })}
          />
        </>
      )}
      <TextField
        label="Note to yourselves"
        isOptional
        value={draft.note}
        onChange={(note) => set({ note })}
        error={error?.field('note')}
      />
    </>
  );
}
