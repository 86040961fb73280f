import { isProved, type Proof } from './prove-case.ts';

/** The proofs as a table in Markdown, as SECURITY.md holds it. */
export function proofTable(proofs: readonly Proof[]): string {
  const rows = proofs.map((proof) => [
    proof.id,
    proof.promise,
    proof.reached,
    proof.target,
    isProved(proof) ? 'yes' : 'NO',
    controlsOf(proof),
    String(proof.seconds),
  ]);
  const heading = ['id', 'promise', 'reached', 'target', 'proved', 'planted fault seen', 'seconds'];
  return [heading, heading.map(() => '-'), ...rows]
    .map(
      (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
    )
    .join('\n');
}

function controlsOf({ controls, whyNoControl }: Proof): string {
  if (controls.length === 0) return whyNoControl === null ? 'NONE' : `none: ${whyNoControl}`;
  return controls
    .map(({ fault, reached, isRed }) => `${isRed ? 'yes' : 'NO'}: ${fault} (${reached})`)
    .join('; ');
}
