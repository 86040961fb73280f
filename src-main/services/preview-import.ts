import type { HandlerInput } from '#contract/contract.ts';
import type { ImportResult } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { planImport, readImport } from './plan-import.ts';

/** What an import of this source would do; changes nothing. Throws SERVICE_NOT_FOUND, IMPORT_UNREADABLE. */
export function previewImport(
  context: UseCaseContext,
  input: HandlerInput<'endpoints.preview'>,
): ImportResult {
  return planImport(context, input, readImport(input)).result;
}
