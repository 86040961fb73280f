import type { ServiceId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { formatServiceToken, SECRET_CHARACTERS, tokenHintText } from '#main/domain/key-format.ts';
import { randomBytes } from '#main/platform/random.ts';

/** Makes a new current token of a service and stores its hash. Call inside a command. The text is returned once. */
export function mintServiceToken(
  context: UseCaseContext,
  service: { readonly id: ServiceId; readonly slug: string },
): string {
  const token = formatServiceToken({
    slug: service.slug,
    secret43: randomBase62(SECRET_CHARACTERS, randomBytes),
  });
  context.db.serviceTokens.insert({
    ...context.keyring.peppers.stored(token),
    serviceId: service.id,
    hint: tokenHintText(token),
    createdAt: context.nowMs,
  });
  return token;
}
