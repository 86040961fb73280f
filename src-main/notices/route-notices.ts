import type { NoticeChannel } from '#contract/notice-channels.ts';
import { CONTACT_NOTICE_KINDS, type NoticeKind } from '#contract/notice-kinds.ts';
import type { WebhookId } from '#contract/ids.ts';
import type { PlannedNotice } from '#main/domain/notice-plan.ts';

/** Notices that one mail or one desktop notice holds at most. */
const NOTICES_TOGETHER_MAX = 50;

/** Who wants what. */
export interface Routes {
  readonly webhooks: readonly { readonly id: WebhookId; readonly kinds: readonly NoticeKind[] }[];
  readonly mail: {
    readonly to: readonly string[];
    readonly kinds: readonly NoticeKind[];
    readonly contactKinds: readonly NoticeKind[];
  } | null;
  /** null: no desktop here, or it is not wanted. */
  readonly desktop: { readonly kinds: readonly NoticeKind[] } | null;
}

/** One delivery to make. */
export interface RoutedDelivery<Notice> {
  readonly channel: NoticeChannel;
  readonly webhookId: WebhookId | null;
  readonly address: string | null;
  readonly kind: NoticeKind;
  readonly notices: readonly Notice[];
}

type Routable = Pick<PlannedNotice, 'kind' | 'contactEmail'>;

/** Which deliveries come of some notices. A program gets each as an event of its own; a person gets all of one kind together, and
 *  nobody twice. */
export function routeNotices<Notice extends Routable>(
  notices: readonly Notice[],
  routes: Routes,
): readonly RoutedDelivery<Notice>[] {
  const events = routes.webhooks.flatMap(({ id, kinds }) =>
    notices
      .filter(({ kind }) => kinds.includes(kind))
      .map((notice) => delivery<Notice>('webhook', notice.kind, [notice], { webhookId: id })),
  );
  const mails = [...mailGroups(notices, routes.mail)].flatMap(([address, wanted]) =>
    byKind(wanted).map(([kind, some]) => delivery<Notice>('mail', kind, some, { address })),
  );
  const { desktop } = routes;
  const shown = desktop === null ? [] : notices.filter(({ kind }) => desktop.kinds.includes(kind));
  return [
    ...events,
    ...mails,
    ...byKind(shown).map(([kind, some]) => delivery<Notice>('desktop', kind, some)),
  ];
}

function delivery<Notice>(
  channel: NoticeChannel,
  kind: NoticeKind,
  notices: readonly Notice[],
  to: Partial<Pick<RoutedDelivery<Notice>, 'webhookId' | 'address'>> = {},
): RoutedDelivery<Notice> {
  return { channel, webhookId: null, address: null, kind, notices, ...to };
}

/** What each address is to be told. Addresses that differ in case only are one. */
function mailGroups<Notice extends Routable>(
  notices: readonly Notice[],
  mail: Routes['mail'],
): ReadonlyMap<string, readonly Notice[]> {
  const groups = new Map<string, Notice[]>();
  if (mail === null) return groups;
  const contactKinds: readonly NoticeKind[] = CONTACT_NOTICE_KINDS.filter((kind) =>
    mail.contactKinds.includes(kind),
  );
  for (const notice of notices) {
    const admins = mail.kinds.includes(notice.kind) ? mail.to : [];
    const contact =
      notice.contactEmail !== null && contactKinds.includes(notice.kind) ? [notice.contactEmail] : [];
    const addresses = new Set([...admins, ...contact].map((address) => address.toLowerCase()));
    for (const address of addresses) groups.set(address, [...(groups.get(address) ?? []), notice]);
  }
  return groups;
}

function byKind<Notice extends Routable>(
  notices: readonly Notice[],
): readonly (readonly [NoticeKind, readonly Notice[]])[] {
  const kinds = [...new Set(notices.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const some = notices.filter((notice) => notice.kind === kind);
    const count = Math.ceil(some.length / NOTICES_TOGETHER_MAX);
    return Array.from({ length: count }, (_, part) => {
      const from = part * NOTICES_TOGETHER_MAX;
      return [kind, some.slice(from, from + NOTICES_TOGETHER_MAX)] as const;
    });
  });
}
