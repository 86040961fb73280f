import type { ApplicationId, PartnerId } from '#contract/ids.ts';
import type { Contact } from '#contract/owner-people.ts';
import type { DatabaseHandle } from './open-database.ts';

type OwnerId = PartnerId | ApplicationId;

// owners.get and letters to a contact of a role; primary key, in its order.
const CONTACTS = `
  SELECT c.role AS role, c.name AS name, c.email AS email
  FROM owner_contacts c
  WHERE c.owner_id = @ownerId
  ORDER BY c.place`;

// owners.update and the deletion of an owner; primary keys.
const DELETE_CONTACTS = `DELETE FROM owner_contacts WHERE owner_id = @ownerId`;
const ADD_CONTACT = `
  INSERT INTO owner_contacts (owner_id, place, role, name, email)
  VALUES (@ownerId, @place, @role, @name, @email)`;

// owners.get and the detective of shared keys; primary key.
const NETWORKS = `SELECT n.network AS network FROM owner_networks n WHERE n.owner_id = @ownerId ORDER BY n.network`;
const DELETE_NETWORKS = `DELETE FROM owner_networks WHERE owner_id = @ownerId`;
const ADD_NETWORK = `INSERT INTO owner_networks (owner_id, network) VALUES (@ownerId, @network)`;

/** Prepares the statements on contacts and networks of owners. */
export function createOwnerPeopleQueries(handle: DatabaseHandle) {
  const contacts = handle.prepare<{ ownerId: OwnerId }, Contact>(CONTACTS);
  const deleteContacts = handle.prepare<{ ownerId: OwnerId }>(DELETE_CONTACTS);
  const addContact = handle.prepare<Contact & { ownerId: OwnerId; place: number }>(ADD_CONTACT);
  const networks = handle.prepare<{ ownerId: OwnerId }, { network: string }>(NETWORKS);
  const deleteNetworks = handle.prepare<{ ownerId: OwnerId }>(DELETE_NETWORKS);
  const addNetwork = handle.prepare<{ ownerId: OwnerId; network: string }>(ADD_NETWORK);
  return {
    /** The first first; empty when nobody ever named several. */
    contacts: (ownerId: OwnerId): readonly Contact[] => contacts.all({ ownerId }),
    networks: (ownerId: OwnerId): readonly string[] =>
      networks.all({ ownerId }).map(({ network }) => network),
    /** In place of all that were there. */
    replace: (
      ownerId: OwnerId,
      people: { readonly contacts: readonly Contact[]; readonly networks: readonly string[] },
    ): void => {
      deleteContacts.run({ ownerId });
      deleteNetworks.run({ ownerId });
      for (const [place, contact] of people.contacts.entries())
        addContact.run({ ...contact, ownerId, place });
      for (const network of new Set(people.networks)) addNetwork.run({ ownerId, network });
    },
  };
}
