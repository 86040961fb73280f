import { notFound } from '@tanstack/react-router';
import type { z } from 'zod';

/** The id in an address, for example one that was cut off when it was copied: what is none leads to the page that says so. */
export function idOfAddress<Id>(schema: z.ZodType<Id>, text: string): Id {
  const read = schema.safeParse(text);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router knows it by its form
  if (!read.success) throw notFound();
  return read.data;
}
