import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { loadKey, viewKey } from './key-view.ts';

/** One key with its policy and secrets, never a secret's text. Throws KEY_NOT_FOUND. */
export function getKey(context: UseCaseContext, input: HandlerInput<'keys.get'>): Key {
  return viewKey(context, loadKey(context, input.keyId));
}
