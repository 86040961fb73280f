import type { Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { verifyChain } from '#main/domain/audit-chain.ts';
import type { Anchor } from './audit-head.ts';

/** Walks the whole trail and compares its end with the head that is kept outside the table. About 3 s for a million events. */
export function verifyAudit(context: UseCaseContext, anchor: Anchor): Output<'audit.verify'> {
  const { head, broken } = anchor;
  const { firstBad, ...finding } = verifyChain({
    events: context.db.audit.from(1),
    mac: (text) => context.keyring.auditMac(text).toString('hex'),
    head,
  });
  if (firstBad !== null) return { ...finding, firstBad, head };
  if (broken === null) return { ...finding, head };
  // The events fit one another, but at some start they were not those that had been written.
  const detail = `${broken} Events may be missing: compare with the head of a backup.`;
  return { ok: false, checked: finding.checked, firstBad: finding.checked + 1, detail, head };
}
