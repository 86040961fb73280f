import type { Settings } from '#contract/settings.ts';
import { publicAddress } from '#main/handoffs/public-address.ts';

/** Makes the base URL under which people reach the public pages: the public address where one is good, else the service listener. No
 *  slash at its end. The setting is read anew only when it changed: every refusal asks. */
export function createPublicBase(
  settings: () => Pick<Settings, 'publicUrl'>,
  serviceUrl: () => string,
): () => string {
  let known: { readonly setting: string | null; readonly url: string | null } = { setting: null, url: null };
  return () => {
    const setting = settings().publicUrl;
    if (setting !== known.setting) {
      const address = publicAddress(setting);
      known = { setting, url: address.kind === 'open' ? address.url : null };
    }
    return known.url ?? serviceUrl();
  };
}
