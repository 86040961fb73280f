import { Link } from '@tanstack/react-router';
import { Gauge } from 'lucide-react';
import type { KeyId } from '#contract/ids.ts';
import type { QuotaNotice } from '#contract/notices.ts';
import { useNotices } from '#renderer/api/queries.ts';
import { useNow } from '#renderer/format/clock.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { latestNotices, noticeText } from './notice-words.ts';
import styles from './notices.module.css';

const SHOWN_MAX = 5;
/** Enough to find the latest of every quota that matters now. */
const ASKED = 100;

interface QuotaNoticesProps {
  /** Only those that a key's requests led to. */
  readonly keyId?: KeyId;
}

/** Quotas that reached 50, 80, 95 or 100 %, the newest first. Nothing at all while there are none. */
export function QuotaNotices({ keyId }: QuotaNoticesProps) {
  const items = useNotices({ limit: ASKED }).data?.items ?? [];
  const shown = latestNotices(items, useNow(60_000))
    .filter((notice) => keyId === undefined || notice.keyId === keyId)
    .slice(0, SHOWN_MAX);
  if (shown.length === 0) return null;
  return (
    <section className={styles.notices} aria-label="Quotas">
      <ul>
        {shown.map((notice) => (
          <li key={notice.id} className={styles.notice}>
            <Chip tone={notice.threshold >= 95 ? 'danger' : 'violet'} icon={<Gauge aria-hidden size={12} />}>
              {notice.threshold} %
            </Chip>
            <span>
              {keyId === undefined ? <Owner notice={notice} /> : ownerWord(notice)} {noticeText(notice)}
            </span>
            <RelativeTime at={notice.at} className={styles.at ?? ''} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Owner({ notice }: { readonly notice: QuotaNotice }) {
  return (
    <>
      {notice.ownerKind !== 'key' && `${ownerWord(notice)} `}
      <Link to="/keys/$keyId" params={{ keyId: notice.keyId }}>
        {notice.ownerName}
      </Link>
    </>
  );
}

const OWNERS = { key: 'This key', application: 'The application', partner: 'The partner' } as const;

function ownerWord({ ownerKind }: QuotaNotice): string {
  return OWNERS[ownerKind];
}
