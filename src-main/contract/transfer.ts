import { z } from 'zod';
import { applicationId, keyId, partnerId } from './ids.ts';
import { applicationSlug, displayName, emailAddress } from './names.ts';
import { application } from './partners.ts';
import { command } from './procedure.ts';

/** Keys of one transfer: they are written in one turn, and verification waits meanwhile. */
export const TRANSFER_KEYS_MAX = 200;

const keyIds = z.array(keyId).min(1).max(TRANSFER_KEYS_MAX);

/** Who has a key or an application changes; what was logged and audited before names who had it then, and stays. */
export const transferProcedures = {
  /** Gives an application with its keys to another partner. Keys, secrets and slug stay as they are. */
  'applications.transfer': command(
    'admin',
    z.strictObject({
      applicationId,
      partnerId,
      /** Whom refusals name from now on, and to whom new secrets go; without it the first contact stays. Further contacts and the
       *  networks of the application do not come along. */
      contactEmail: emailAddress.optional(),
    }),
    application,
    ['APPLICATION_NOT_FOUND', 'PARTNER_NOT_FOUND', 'NAME_TAKEN', 'WRONG_STATUS'],
  ),
  /** Makes a second application of the same partner and gives it some keys of the first, in one command. */
  'applications.split': command(
    'admin',
    z.strictObject({
      applicationId,
      name: displayName,
      slug: applicationSlug,
      contactEmail: emailAddress,
      keyIds,
    }),
    application,
    ['APPLICATION_NOT_FOUND', 'SLUG_TAKEN', 'NAME_TAKEN', 'KEY_NOT_FOUND', 'WRONG_STATUS'],
  ),
  /** Gives keys with their children to another application. Ids, secrets and the texts of the keys stay, with the slug in them: whoever
   *  knows a secret can go on using it. Revoked keys stay where they are. */
  'keys.transfer': command(
    'admin',
    z.strictObject({ keyIds, applicationId }),
    z.object({ transferred: z.int(), application }),
    ['KEY_NOT_FOUND', 'APPLICATION_NOT_FOUND', 'WRONG_STATUS'],
  ),
} as const;
