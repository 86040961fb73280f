import {
  FileClock,
  Gauge,
  KeyRound,
  ListOrdered,
  Settings,
  Waypoints,
  Building2,
  type LucideIcon,
} from 'lucide-react';

/** One entry of the rail. */
export interface Destination {
  readonly to: '/overview' | '/keys' | '/requests' | '/partners' | '/services' | '/audit' | '/settings';
  readonly label: string;
  readonly icon: LucideIcon;
  /** Pressed after `g`. */
  readonly letter: string;
  /** Heading above this entry, where a group begins. */
  readonly group?: string;
}

/** The places of the rail, in order. */
export const DESTINATIONS: readonly Destination[] = [
  { to: '/overview', label: 'Overview', icon: Gauge, letter: 'o' },
  { to: '/keys', label: 'Keys', icon: KeyRound, letter: 'k' },
  { to: '/requests', label: 'Requests', icon: ListOrdered, letter: 'r' },
  { to: '/partners', label: 'Partners', icon: Building2, letter: 'p', group: 'People' },
  { to: '/services', label: 'Services', icon: Waypoints, letter: 'e', group: 'Policy' },
  { to: '/audit', label: 'Audit trail', icon: FileClock, letter: 'u', group: 'Record' },
  { to: '/settings', label: 'Settings', icon: Settings, letter: 's' },
];
