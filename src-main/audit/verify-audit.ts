import type { Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { verifyChain } from '#main/domain/audit-chain.ts';
import type { Anchor } from './audit-head.ts';

/** Walks the whole trail and compares its end with the head that is kept outside the table. A break that was found before
 *  is told again, whatever was appended since. About 3 s for a million events. */
export function verifyAudit(context: UseCaseContext, anchor: Anchor): Output<'audit.verify'> {
  const { head, broken } = anchor;
  const { firstBad, ...finding } = verifyChain({
    events: context.db.audit.from(1),
    mac: (text) => context.keyring.auditMac(text).toString('hex'),
    head,
  });
  const markedBad = broken === null ? null : (anchor.firstBad ?? finding.checked + 1);
  if (markedBad !== null && (firstBad === null || markedBad < firstBad)) {
    const detail = `${broken ?? ''} Events may be missing or changed: compare with the head of a backup.`;
    return { ok: false, checked: finding.checked, firstBad: markedBad, detail, head };
  }
  return firstBad === null ? { ...finding, head } : { ...finding, firstBad, head };
}
