import type { Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { CHAIN_START, type ChainHead, verifyChain } from '#main/domain/audit-chain.ts';
import type { AnchoredHead } from './audit-head.ts';

/** Walks the whole trail and compares its end with the head that is kept outside the table. About 3 s for a million events. */
export function verifyAudit(context: UseCaseContext, anchored: AnchoredHead): Output<'audit.verify'> {
  const head: ChainHead =
    anchored.kind === 'head' ? anchored.head : { count: context.db.audit.total(), hash: lastHash(context) };
  const { firstBad, ...finding } = verifyChain({
    events: context.db.audit.from(1),
    mac: (text) => context.keyring.auditMac(text).toString('hex'),
    head,
  });
  const answer = { ...finding, ...(firstBad === null ? {} : { firstBad }), head };
  const total = context.db.audit.total();
  if (!answer.ok || anchored.kind === 'head' || (anchored.kind === 'missing' && total === 0)) return answer;
  // The events fit one another, but nothing outside says that they are all.
  const reason = anchored.kind === 'missing' ? 'audit-head.json is missing.' : anchored.detail;
  return {
    ...answer,
    ok: false,
    firstBad: total + 1,
    detail: `${reason} Events may be missing at the end: compare with the head of a backup.`,
  };
}

function lastHash(context: UseCaseContext): string {
  return context.db.audit.last()?.hash ?? CHAIN_START;
}
