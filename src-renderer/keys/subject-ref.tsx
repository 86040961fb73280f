import type { KeySummary } from '#contract/keys.ts';
import { KeyRef } from '#renderer/ui/key-ref.tsx';

/** The key a dialog is about. */
export function SubjectRef({ subject }: { readonly subject: KeySummary }) {
  return (
    <KeyRef
      keyId={subject.keyId}
      name={subject.name}
      environment={subject.environment}
      detail={subject.hint}
    />
  );
}
