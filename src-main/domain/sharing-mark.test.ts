import { describe, expect, it } from 'vitest';
import { isNewSharing, sharingMark, type SharingNames } from './sharing-mark.ts';

const OFFICE = { app: null, networks: ['10.1.1.0/24'], programs: ['node-fetch'] };
const PLANT = { app: null, networks: ['10.2.2.0/24'], programs: ['python-requests'] };
const FOUND: SharingNames = { parties: [OFFICE, PLANT], newNetworks: ['10.3.3.0/24'], newAgents: [] };
const known = sharingMark(FOUND);

describe('evidence that somebody has called one party', () => {
  it('is no news as it was, with less of it, in another order, or with one more network of a known party', () => {
    expect(isNewSharing(known, FOUND)).toBe(false);
    expect(isNewSharing(known, { ...FOUND, parties: [PLANT, OFFICE] })).toBe(false);
    expect(isNewSharing(known, { parties: [], newNetworks: [], newAgents: [] })).toBe(false);
    const moved = { ...OFFICE, networks: ['10.1.1.0/24', '198.51.100.0/24'], programs: ['curl'] };
    expect(isNewSharing(known, { ...FOUND, parties: [moved, PLANT] })).toBe(false);
    expect(isNewSharing(known, { ...FOUND, newNetworks: ['10.3.3.0/24', '198.51.100.0/24'] })).toBe(false);
  });

  it('is news with one more party, with one from elsewhere in place of a known one, and with several new names', () => {
    const stranger = { app: null, networks: ['198.51.100.0/24'], programs: ['node-fetch'] };
    expect(isNewSharing(known, { ...FOUND, parties: [OFFICE, PLANT, OFFICE] })).toBe(true);
    expect(isNewSharing(known, { ...FOUND, parties: [OFFICE, stranger] })).toBe(true);
    expect(isNewSharing(known, { ...FOUND, newNetworks: ['198.51.100.0/24', '203.0.113.0/24'] })).toBe(true);
    expect(isNewSharing(known, { ...FOUND, newAgents: ['curl', 'Wget'] })).toBe(true);
  });

  it('goes by the name that a party gives itself, wherever it calls from', () => {
    const billing = { app: 'billing', networks: ['10.1.1.0/24'], programs: [] };
    const named = sharingMark({ parties: [billing], newNetworks: [], newAgents: [] });
    const elsewhere = { ...billing, networks: ['203.0.113.0/24'] };
    expect(isNewSharing(named, { parties: [elsewhere], newNetworks: [], newAgents: [] })).toBe(false);
    const other = { ...billing, app: 'search' };
    expect(isNewSharing(named, { parties: [other], newNetworks: [], newAgents: [] })).toBe(true);
  });
});
