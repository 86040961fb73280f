import { useState } from 'react';
import type { KeyId } from '#contract/ids.ts';
import type { RequestRow } from '#contract/requests.ts';
import type { Rule } from '#contract/scopes.ts';
import { useUpdateKey } from '#renderer/api/commands.ts';
import { useEndpoints, useKey } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { ruleLine } from '#renderer/scopes/rule-text.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { missingRule } from './endpoint-rule.ts';

/** The smallest fix for a request that was not in scope: the missing rule, added to the key. Nothing where no rule helps. */
export function AllowEndpoint({ row }: { readonly row: RequestRow }) {
  const isScopeTrouble = row.code === 'INSUFFICIENT_SCOPE' && row.keyId !== null;
  const endpoints = useEndpoints({ serviceId: row.serviceId }, { isEnabled: isScopeTrouble });
  const rule = missingRule(row, endpoints.data?.items ?? []);
  if (row.keyId === null || rule === null || !isScopeTrouble) return null;
  return <AllowButton keyId={row.keyId} rule={rule} />;
}

function AllowButton({ keyId, rule }: { readonly keyId: KeyId; readonly rule: Rule }) {
  const [isAsking, setAsking] = useState(false);
  const key = useKey({ keyId });
  const update = useUpdateKey();
  const forbidden = useForbidden();
  const { say } = useToasts();
  const line = ruleLine(rule);
  const subject = key.data;
  const isThere = subject?.rules.some((own) => ruleLine(own) === line) === true;
  const obstacle =
    forbidden('keys.update') ??
    (subject === undefined
      ? 'The key is being loaded.'
      : subject.status === 'revoked'
        ? 'The key is revoked.'
        : isThere
          ? 'The key has this rule by now.'
          : undefined);
  const add = async () => {
    if (subject === undefined) return;
    const outcome = await update.run({ keyId, rules: [...subject.rules, rule] });
    if (!outcome.ok) return;
    setAsking(false);
    say(`${subject.name} may now call ${line}.`);
  };
  return (
    <>
      <Button disabledReason={obstacle} onClick={() => setAsking(true)}>
        Add {line} to the key…
      </Button>
      {subject !== undefined && (
        <AlertDialog
          isOpen={isAsking}
          onCancel={() => setAsking(false)}
          onConfirm={() => void add()}
          title={`Let ${subject.name} call ${line}?`}
          description="The rule is added to the key itself and holds from the very next request, at every service. A scope that other keys hold stays as it is."
          confirmLabel="Add rule"
          isBusy={update.isRunning}
        >
          <ErrorNote error={update.error} />
        </AlertDialog>
      )}
    </>
  );
}
