import type { z } from 'zod';
import { accessRequestProcedures } from './access-procedures.ts';
import { auditProcedures } from './audit.ts';
import { backupProcedures } from './backups.ts';
import { applicationPapersProcedures } from './application-papers.ts';
import { blockedSourceProcedures } from './blocked-sources.ts';
import { digestProcedures } from './digest.ts';
import { diagnosticsProcedures } from './diagnostics.ts';
import { endpointImportProcedures } from './endpoint-import.ts';
import { endpointUsageProcedures } from './endpoint-usage.ts';
import { enrolmentProcedures } from './enrolment.ts';
import { gatewayProcedures } from './gateways.ts';
import { growthForecastProcedures } from './growth-forecast.ts';
import { handoffProcedures } from './handoffs.ts';
import { healthProcedures } from './health.ts';
import { hygieneProcedures } from './hygiene.ts';
import { jobProcedures } from './jobs.ts';
import { keyBulkProcedures } from './key-bulk.ts';
import { keyExportProcedures } from './key-export.ts';
import { keyFindProcedures } from './key-find.ts';
import { keyIdentifyProcedures } from './key-identify.ts';
import { keyImportProcedures } from './key-import.ts';
import { keyProcedures } from './keys.ts';
import { leakProcedures } from './leaks.ts';
import { limitsLeftProcedures } from './limits-left.ts';
import { issueListProcedures } from './issue-list.ts';
import { letterProcedures } from './letters.ts';
import { monthlyReportProcedures } from './monthly-report.ts';
import { noticeChannelProcedures } from './notice-channels.ts';
import { noticeProcedures } from './notices.ts';
import { ownerPeopleProcedures } from './owner-people.ts';
import { partnerProcedures } from './partners.ts';
import { passportProcedures } from './passport.ts';
import { planProcedures } from './plans.ts';
import { portProcedures } from './ports.ts';
import { productProcedures } from './products.ts';
import { requestExportProcedures } from './request-export.ts';
import { requestExplorerProcedures } from './request-explorer.ts';
import { replayProcedures } from './replay.ts';
import { requestProcedures } from './requests.ts';
import { revocationProcedures } from './revocations.ts';
import { rotationHandoffProcedures } from './rotation-handoffs.ts';
import { rotationProcedures } from './rotation.ts';
import { sampleProcedures } from './samples.ts';
import { scopeProcedures } from './scopes.ts';
import { sealedProcedures } from './sealed.ts';
import { selfTestProcedures } from './self-test.ts';
import { serviceProcedures } from './services.ts';
import { settingsProcedures } from './settings.ts';
import { spikeProcedures } from './spikes.ts';
import { storageProcedures } from './storage.ts';
import { systemProcedures } from './system.ts';
import { templateApplyProcedures } from './template-apply.ts';
import { templateProcedures } from './templates.ts';
import { tokenExchangeProcedures } from './token-exchange.ts';
import { pepperProcedures } from './peppers.ts';
import { tokenProcedures } from './tokens.ts';
import { transferProcedures } from './transfer.ts';
import { unusedByPersonProcedures } from './unused-by-person.ts';
import { usageProcedures } from './usage.ts';
import { viewProcedures } from './views.ts';

/** Every admin procedure, by name. The one list that IPC, HTTP, the command line and the renderer share. */
export const contract = {
  ...partnerProcedures,
  ...ownerPeopleProcedures,
  ...transferProcedures,
  ...digestProcedures,
  ...serviceProcedures,
  ...endpointImportProcedures,
  ...endpointUsageProcedures,
  ...scopeProcedures,
  ...planProcedures,
  ...templateProcedures,
  ...templateApplyProcedures,
  ...productProcedures,
  ...sampleProcedures,
  ...keyProcedures,
  ...hygieneProcedures,
  ...monthlyReportProcedures,
  ...unusedByPersonProcedures,
  ...keyBulkProcedures,
  ...keyExportProcedures,
  ...keyIdentifyProcedures,
  ...keyImportProcedures,
  ...keyFindProcedures,
  ...gatewayProcedures,
  ...enrolmentProcedures,
  ...tokenExchangeProcedures,
  ...revocationProcedures,
  ...rotationProcedures,
  ...rotationHandoffProcedures,
  ...limitsLeftProcedures,
  ...growthForecastProcedures,
  ...requestProcedures,
  ...requestExplorerProcedures,
  ...requestExportProcedures,
  ...usageProcedures,
  ...healthProcedures,
  ...spikeProcedures,
  ...noticeProcedures,
  ...noticeChannelProcedures,
  ...letterProcedures,
  ...issueListProcedures,
  ...auditProcedures,
  ...settingsProcedures,
  ...portProcedures,
  ...tokenProcedures,
  ...pepperProcedures,
  ...backupProcedures,
  ...systemProcedures,
  ...selfTestProcedures,
  ...diagnosticsProcedures,
  ...jobProcedures,
  ...storageProcedures,
  ...replayProcedures,
  ...viewProcedures,
  ...handoffProcedures,
  ...accessRequestProcedures,
  ...leakProcedures,
  ...blockedSourceProcedures,
  ...passportProcedures,
  ...applicationPapersProcedures,
  ...sealedProcedures,
} as const;

export type Contract = typeof contract;
export type ProcedureName = keyof Contract;

/** The procedures that change something. */
export type CommandName = {
  [Name in ProcedureName]: Contract[Name]['kind'] extends 'command' ? Name : never;
}[ProcedureName];

/** What a caller sends: defaults may be left out. Every command takes an idempotencyKey as well: repeated with the same
 *  key and input within 24 h it answers its first reply, secrets as null, and does nothing. */
export type CallInput<Name extends ProcedureName> = z.input<Contract[Name]['input']> &
  (Name extends CommandName ? { readonly idempotencyKey?: string } : unknown);
/** What a handler gets: parsed, with defaults. */
export type HandlerInput<Name extends ProcedureName> = z.output<Contract[Name]['input']>;
export type Output<Name extends ProcedureName> = z.output<Contract[Name]['output']>;

/** Is `name` a procedure of this contract (and not something inherited)? */
export function isProcedureName(name: string): name is ProcedureName {
  return Object.hasOwn(contract, name);
}
