import { contract, type ProcedureName } from '#contract/contract.ts';
import { roleAllows } from '#contract/procedure.ts';
import { useWhoami } from './queries.ts';

/** Why the person may not run a procedure, or undefined when they may (or it is not known yet; the server decides anyway). */
export function useForbidden(): (name: ProcedureName) => string | undefined {
  const { data } = useWhoami();
  return (name) => {
    const least = contract[name].role;
    if (data === undefined || roleAllows(data.role, least)) return undefined;
    return `This needs the role ${least}. You are signed in as ${data.role}.`;
  };
}
