import { useNavigate } from '@tanstack/react-router';
import { actionSpec, type ActionGroup } from '#contract/actions.ts';
import { requestId } from '#contract/ids.ts';
import { useFoundKeys, usePartners } from '#renderer/api/queries.ts';
import { tierWord } from '#renderer/partners/tier-words.ts';
import { SETTINGS_SECTIONS } from '#renderer/settings/sections.ts';
import { useActions } from '#renderer/shell/actions/actions-context.ts';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import type { PaletteEntry, PaletteGroup } from './palette-entry.ts';
import { ranked } from './rank.ts';
import { reaches, type Typed } from './typed.ts';

/** Lines of one group when everything is searched, and when only this is. */
const LINES_MIXED = 8;
const LINES_ALONE = 50;
const PARTNERS_STALE_MS = 60_000;
/** Keys are found among ten thousand while a person types; younger answers to the same letters are not asked for again. */
const KEYS_STALE_MS = 10_000;

const ACTION_TITLES: readonly { readonly title: string; readonly groups: readonly ActionGroup[] }[] = [
  { title: 'Actions here', groups: ['This page', 'Create'] },
  { title: 'Go to', groups: ['Go to'] },
  { title: 'View', groups: ['View'] },
  { title: 'Help', groups: ['Help'] },
];
const OTHER_REQUEST = /^req_[A-Za-z0-9_.:-]{4,60}$/;

/** Everything that fits what was typed, group by group. */
export function usePaletteGroups(typed: Typed, recent: readonly string[]): readonly PaletteGroup[] {
  const keys = useKeyGroup(typed, recent);
  const partners = usePartnerGroup(typed, recent);
  const request = useRequestGroup(typed);
  const [here, places, view, help] = useActionGroups(typed, recent);
  const settings = useSettingsGroup(typed, recent);
  return [here, places, keys, partners, request, settings, view, help].filter(
    (group): group is PaletteGroup =>
      group !== undefined && (group.entries.length > 0 || group.note !== undefined),
  );
}

const limited = (entries: readonly PaletteEntry[], { reach }: Typed): readonly PaletteEntry[] =>
  entries.slice(0, reach === 'all' ? LINES_MIXED : LINES_ALONE);

function useActionGroups(typed: Typed, recent: readonly string[]): readonly PaletteGroup[] {
  const registry = useActions();
  if (!reaches(typed, 'actions')) return [];
  const offered = registry.all();
  return ACTION_TITLES.map(({ title, groups }) => {
    const entries = offered
      .filter(({ id }) => id !== 'view.palette' && groups.includes(actionSpec(id).group))
      .map(({ id, ...action }) => ({
        ...action,
        id: `action:${id}`,
        action: id,
        label: actionSpec(id).label,
      }));
    return { title, entries: limited(ranked(typed.text, entries, recent), typed) };
  });
}

function useSettingsGroup(typed: Typed, recent: readonly string[]): PaletteGroup | undefined {
  const registry = useActions();
  if (!reaches(typed, 'settings') || (typed.text === '' && typed.reach === 'all')) return undefined;
  const entries = SETTINGS_SECTIONS.flatMap(({ action, words }) => {
    const offer = registry.find(action);
    if (offer === undefined) return [];
    return [{ ...offer, id: `action:${action}`, action, label: actionSpec(action).label, words }];
  });
  return { title: 'Settings', entries: limited(ranked(typed.text, entries, recent), typed) };
}

function useKeyGroup(typed: Typed, recent: readonly string[]): PaletteGroup | undefined {
  const navigate = useNavigate();
  const isAsked = reaches(typed, 'keys') && typed.text !== '';
  const found = useFoundKeys(
    { text: isAsked ? typed.text.slice(0, 100) : 'a' },
    { isEnabled: isAsked, keepsPrevious: true, staleMs: KEYS_STALE_MS },
  );
  if (!isAsked) return undefined;
  const title = 'Keys';
  if (found.isError)
    return { title, entries: [], note: `Keys could not be searched. ${errorMessageOf(found.error)}` };
  const entries = (found.data?.items ?? []).map(
    ({ keyId, name, partnerName, applicationName, environment, isRevoked }): PaletteEntry => ({
      id: `key:${keyId}`,
      label: name,
      words: `${partnerName} ${applicationName} ${keyId}`,
      detail: `${partnerName} / ${applicationName}${environment === 'test' ? ' · Test' : ''}${isRevoked ? ' · Revoked' : ''}`,
      run: () =>
        void navigate({ to: '/keys/$keyId', params: { keyId }, search: (before) => ({ env: before.env }) }),
    }),
  );
  // While new letters are on their way, what does not fit them any more is gone at once. The answer itself may hold keys that fit
  // by something that is not shown, a hint for example.
  const fitting = ranked(typed.text, entries, recent);
  const others = found.isPlaceholderData ? [] : entries.filter((entry) => !fitting.includes(entry));
  const shown = [...fitting, ...others];
  const hasMore = (found.data?.hasMore ?? false) || limited(shown, typed).length < shown.length;
  return {
    title,
    entries: limited(shown, typed),
    note: hasMore ? 'There are more. Type another letter, or # to see keys only.' : undefined,
  };
}

function usePartnerGroup(typed: Typed, recent: readonly string[]): PaletteGroup | undefined {
  const navigate = useNavigate();
  const isAsked = reaches(typed, 'partners') && (typed.text !== '' || typed.reach === 'partners');
  const partners = usePartners({}, { isEnabled: isAsked, staleMs: PARTNERS_STALE_MS });
  if (!isAsked) return undefined;
  const title = 'Partners';
  if (partners.isError)
    return { title, entries: [], note: `Partners could not be searched. ${errorMessageOf(partners.error)}` };
  const entries = (partners.data?.items ?? []).map(({ id, name, contactEmail, tier }): PaletteEntry => ({
    id: `partner:${id}`,
    label: name,
    words: contactEmail,
    detail: `${tierWord(tier)} · ${contactEmail}`,
    run: () =>
      void navigate({
        to: '/partners/$partnerId',
        params: { partnerId: id },
        search: (before) => ({ env: before.env }),
      }),
  }));
  return { title, entries: limited(ranked(typed.text, entries, recent), typed) };
}

function useRequestGroup(typed: Typed): PaletteGroup | undefined {
  const navigate = useNavigate();
  if (typed.reach !== 'all' || !OTHER_REQUEST.test(typed.text)) return undefined;
  const id = requestId.parse(typed.text);
  const run = () =>
    void navigate({
      to: '/requests/$requestId',
      params: { requestId: id },
      search: (before) => ({ env: before.env }),
    });
  return { title: 'Requests by id', entries: [{ id: `request:${id}`, label: `Open request ${id}`, run }] };
}
