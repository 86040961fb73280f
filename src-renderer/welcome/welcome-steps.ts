import { z } from 'zod';
import { optionalWord } from '#renderer/format/search.ts';

/** The steps of the first start, in their order. */
export const WELCOME_STEPS = ['protect', 'server', 'endpoints', 'key', 'send'] as const;
export type WelcomeStep = (typeof WELCOME_STEPS)[number];

/** What the steps are called. */
export const STEP_TITLES: Readonly<Record<WelcomeStep, string>> = {
  protect: 'Protect',
  server: 'Server',
  endpoints: 'Endpoints',
  key: 'First key',
  send: 'Send it',
};

/** Which step the address opens; without one, the first that is not done. */
export const welcomeSearch = z.object({ step: optionalWord(WELCOME_STEPS) });
