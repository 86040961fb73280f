import { useNavigate, useRouter } from '@tanstack/react-router';
import { SavedViewsMenu, type BuiltInView } from '#renderer/views/saved-views-menu.tsx';
import { viewText } from '#renderer/views/view-text.ts';
import { requestSearch, type RequestSearch } from './request-search.ts';

/** Parts of the address that are no part of a view of the log. */
const MOMENTARY = ['env', 'row', 'live'];
const view = (name: string, search: string): BuiltInView => ({ name, search: viewText(search, MOMENTARY) });

/** Views of the log that every installation has. */
const VIEWS: readonly BuiltInView[] = [
  view('All', ''),
  view('Refused', 'q=outcome:refused'),
  view('Not in scope', 'q=outcome:denied_scope'),
  view('Limited', 'q=outcome:rate_limited,quota_exceeded'),
  view('Failed at the service', 'q=status:5xx'),
  view('Slow', 'q=ms:>1000'),
];

/** The named views of the request log: query, range and columns. */
export function RequestViews({ search }: { readonly search: RequestSearch }) {
  const navigate = useNavigate();
  const { options } = useRouter();
  const text = viewText(options.stringifySearch?.(search) ?? '', MOMENTARY);
  return (
    <SavedViewsMenu
      screen="requests"
      builtIn={VIEWS}
      search={text}
      columns={null}
      onOpen={(opened) =>
        void navigate({
          to: '/requests',
          search: ({ env }) => ({ ...requestSearch.parse(options.parseSearch?.(opened.search) ?? {}), env }),
        })
      }
    />
  );
}
