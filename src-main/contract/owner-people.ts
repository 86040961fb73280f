import { z } from 'zod';
import { cidr } from './bindings.ts';
import { applicationId, partnerId } from './ids.ts';
import { displayName, emailAddress } from './names.ts';
import { command, query } from './procedure.ts';

/** What a contact is for. New secrets of rotations go to the technical one; whatever else is mailed goes to the first. */
export const CONTACT_ROLES = ['technical', 'owner', 'billing'] as const;
const contactRole = z.enum(CONTACT_ROLES);
export type ContactRole = z.infer<typeof contactRole>;

export const CONTACTS_MAX = 10;
export const OWNER_NETWORKS_MAX = 100;

export const owner = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('partner'), partnerId }),
  z.strictObject({ kind: z.literal('application'), applicationId }),
]);
export type Owner = z.output<typeof owner>;

const contactFields = {
  role: contactRole,
  name: displayName.nullable(),
  email: emailAddress,
};
/** As it is told: what is stored is not checked again. */
const contact = z.object({ role: contactRole, name: z.string().nullable(), email: z.string() }).readonly();
export type Contact = z.infer<typeof contact>;

const ownerPeople = z
  .object({
    /** The first is the one that stands in lists; there is always one. */
    contacts: z.array(contact).readonly(),
    /** Where the owner's callers sit, in short form. */
    networks: z.array(z.string()).readonly(),
    /** Of the partner, for an application that has none of its own; empty for a partner. */
    inheritedNetworks: z.array(z.string()).readonly(),
  })
  .readonly();
export type OwnerPeople = z.infer<typeof ownerPeople>;

const errors = ['PARTNER_NOT_FOUND', 'APPLICATION_NOT_FOUND'] as const;

export const ownerPeopleProcedures = {
  /** Everybody who answers for a partner or an application, and its networks. */
  'owners.get': query('viewer', z.strictObject({ owner }), ownerPeople, errors),
  /** All of them at once. The first contact becomes the one of `partners.update` or `applications.update`. Networks change no key: they
   *  are offered for its bindings, and say what is not unusual. */
  'owners.update': command(
    'admin',
    z.strictObject({
      owner,
      contacts: z.array(z.strictObject(contactFields)).min(1).max(CONTACTS_MAX).readonly(),
      networks: z.array(cidr).max(OWNER_NETWORKS_MAX).readonly(),
    }),
    ownerPeople,
    errors,
  ),
} as const;
