import {
  createAddBlockedSources,
  createRemoveBlockedSource,
} from '#main/blocked-sources/change-blocked-sources.ts';
import { createListBlockedSources } from '#main/blocked-sources/list-blocked-sources.ts';
import { createPreviewBlock } from '#main/blocked-sources/preview-block.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type BlockedSourceProcedure = Extract<keyof Handlers, `blockedSources.${string}`>;

/** Procedures on sources that are blocked for every key. */
export function createBlockedSourceHandlers({
  requests,
  blockedHitsOf,
}: Pick<HandlerServices, 'requests' | 'blockedHitsOf'>): Pick<Handlers, BlockedSourceProcedure> {
  return {
    'blockedSources.list': createListBlockedSources(blockedHitsOf),
    'blockedSources.preview': createPreviewBlock({
      survey: (input) => requests.query('requests.survey', input),
    }),
    'blockedSources.add': createAddBlockedSources(blockedHitsOf),
    'blockedSources.remove': createRemoveBlockedSource(blockedHitsOf),
  };
}
