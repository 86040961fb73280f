import type { HolderError } from '#contract/holder.ts';

type Words = Omit<HolderError, 'cause' | 'count'>;

/** What a cause means to the holder of a key, and what helps. */
export const CAUSE_WORDS: Readonly<Record<HolderError['cause'], Words>> = {
  MISSING_KEY: { meaning: 'No key was sent.', whatToDo: 'Send it with every request.' },
  MALFORMED: { meaning: 'The text was no key.', whatToDo: 'Copy the key whole.' },
  NOT_FOUND: { meaning: 'The key was not known.', whatToDo: 'Ask for a new key.' },
  REVOKED: {
    meaning: 'A secret of this key was used that has ended, or is about to end.',
    whatToDo: 'Use the newest secret everywhere, and remove the old one from configurations.',
  },
  SUSPENDED: {
    meaning: 'The key was suspended.',
    whatToDo: 'Ask the contact why, and what has to change before it is resumed.',
  },
  EXPIRED: { meaning: 'The key had expired.', whatToDo: 'Ask the contact for a longer life or a new key.' },
  IP_NOT_ALLOWED: {
    meaning: 'The call came from an address that the key is not bound to.',
    whatToDo: 'Call from the agreed network, or ask for this address to be added.',
  },
  ORIGIN_NOT_ALLOWED: {
    meaning: 'A page called that the key is not bound to.',
    whatToDo: 'Call from the agreed origin, or ask for this one to be added.',
  },
  USER_AGENT_NOT_ALLOWED: {
    meaning: 'A program called that the key is not bound to.',
    whatToDo: 'Use the agreed program, or ask for this one to be added.',
  },
  SERVICE_NOT_ALLOWED: {
    meaning: 'The key was used at a service that it is not for.',
    whatToDo: 'Use the key that was given for this service, or ask for it.',
  },
  TIME_NOT_ALLOWED: {
    meaning: 'The call came outside the agreed hours.',
    whatToDo: 'Call within the hours, or ask for others.',
  },
  SIGNATURE_NOT_ALLOWED: {
    meaning: 'The call was not signed as agreed, or its signature was used before.',
    whatToDo: 'Sign each request anew with the agreed private key. Ask the contact if it was lost.',
  },
  INSUFFICIENT_SCOPE: {
    meaning: 'The endpoint is not among those that the key may call.',
    whatToDo: 'Call what the key may, or ask for this endpoint.',
  },
  RATE_LIMITED: {
    meaning: 'There were more calls in a short time than the limit lets pass.',
    whatToDo: 'Wait as long as Retry-After says, and spread the calls. Ask for more if that does not do.',
  },
  QUOTA_EXCEEDED: {
    meaning: 'The quota of the day or month was used up.',
    whatToDo: 'Wait for the next period, or ask for a larger quota.',
  },
  VALID: { meaning: 'The call was let pass.', whatToDo: 'Nothing.' },
  '4xx': {
    meaning: 'The service let the call in and refused it for what was asked (status 400 to 499).',
    whatToDo: 'Look at what the service answered: its message says what was wrong with the request.',
  },
  '5xx': {
    meaning: 'The service failed (status 500 to 599).',
    whatToDo: 'Try again later with growing pauses. If it goes on, tell the contact when it began.',
  },
};
