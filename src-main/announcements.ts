import type { Announcement, ChangedSubject } from '#contract/events.ts';

/** Tells whoever listens what may have changed. Never carries data. */
export interface Announcements {
  readonly announce: (announcement: Announcement) => void;
  /** Returns how to stop. */
  readonly subscribe: (listener: (announcement: Announcement) => void) => () => void;
}

/** A listener that throws does not keep the others from hearing; `onError` is told. */
export function createAnnouncements(onError: (error: unknown) => void): Announcements {
  const listeners = new Set<(announcement: Announcement) => void>();
  return {
    announce: (announcement) => {
      for (const listener of listeners) {
        try {
          listener(announcement);
        } catch (error) {
          onError(error);
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Shorthand for an announcement about these subjects. */
export function changed(...subjects: readonly ChangedSubject[]): Announcement {
  return { kind: 'changed', subjects };
}
