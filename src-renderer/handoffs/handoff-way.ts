import type { HandoffChannel } from '#contract/handoffs.ts';
import type { Seal } from '#contract/sealed.ts';
import type { Option } from '#renderer/ui/select.tsx';

/** Ways to hand off, as people choose among them: the three files are one channel. */
export type HandoffWay = Exclude<HandoffChannel, 'sealed_file'> | Seal;

const WAYS: readonly Option<HandoffWay>[] = [
  {
    value: 'link',
    label: 'One-time link',
    detail: 'A page that shows the secret once, to who has link and code.',
  },
  {
    value: 'recipient_key',
    label: 'File for their own key (age)',
    detail: 'An age file that only the holder of the partner’s private key can open.',
  },
  {
    value: 'passphrase',
    label: 'File for eight words (age)',
    detail: 'An age file that opens with words, which you send by another way.',
  },
  {
    value: 'page',
    label: 'Page that opens itself',
    detail: 'An HTML file for any browser, without network. It opens with eight words.',
  },
  {
    value: 'clipboard',
    label: 'Copied for a vault',
    detail: 'You have copied it yourself, hidden from clipboard histories. This keeps who it is for.',
  },
];

/** The ways to choose from. Only who has seen the secret can have copied it. */
export function waysFor(hasSecret: boolean): readonly Option<HandoffWay>[] {
  return hasSecret ? WAYS : WAYS.filter(({ value }) => value !== 'clipboard');
}

/** How the file is locked; null for a way without one. */
export function sealOf(way: HandoffWay): Seal | null {
  return way === 'link' || way === 'clipboard' ? null : way;
}
