import {
  FileClock,
  Gauge,
  Inbox,
  KeyRound,
  LayoutTemplate,
  ListChecks,
  ListOrdered,
  Send,
  Settings,
  ShieldAlert,
  Waypoints,
  Building2,
  type LucideIcon,
} from 'lucide-react';
import type { ActionId } from '#contract/actions.ts';

/** One entry of the rail. */
export interface Destination {
  readonly to:
    | '/overview'
    | '/keys'
    | '/hygiene'
    | '/leaks'
    | '/requests'
    | '/partners'
    | '/access-requests'
    | '/handoffs'
    | '/services'
    | '/templates'
    | '/audit'
    | '/settings';
  readonly label: string;
  readonly icon: LucideIcon;
  readonly action: ActionId;
  /** Heading above this entry, where a group begins. */
  readonly group?: string;
}

/** The places of the rail, in order. */
export const DESTINATIONS: readonly Destination[] = [
  { to: '/overview', label: 'Overview', icon: Gauge, action: 'go.overview' },
  { to: '/keys', label: 'Keys', icon: KeyRound, action: 'go.keys' },
  { to: '/hygiene', label: 'Hygiene', icon: ListChecks, action: 'go.hygiene' },
  { to: '/leaks', label: 'Leaks', icon: ShieldAlert, action: 'go.leaks' },
  { to: '/requests', label: 'Requests', icon: ListOrdered, action: 'go.requests' },
  { to: '/partners', label: 'Partners', icon: Building2, action: 'go.partners', group: 'People' },
  { to: '/access-requests', label: 'Key requests', icon: Inbox, action: 'go.accessRequests' },
  { to: '/handoffs', label: 'Handoffs', icon: Send, action: 'go.handoffs' },
  { to: '/services', label: 'Services', icon: Waypoints, action: 'go.services', group: 'Policy' },
  { to: '/templates', label: 'Templates', icon: LayoutTemplate, action: 'go.templates' },
  { to: '/audit', label: 'Audit trail', icon: FileClock, action: 'go.audit', group: 'Record' },
  { to: '/settings', label: 'Settings', icon: Settings, action: 'go.settings' },
];
