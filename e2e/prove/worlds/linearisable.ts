/** One operation on a key as its client saw it. Times are any numbers that count up: what ended before another one began was first. */
export interface Operation {
  readonly kind:
    'verify' | 'rotate' | 'endOverlap' | 'suspend' | 'resume' | 'scopeOff' | 'scopeOn' | 'revoke';
  /** Of the secret that was presented or made; 0 where there is none. */
  readonly version: number;
  /** A decision's code, `ok`, or why a command was refused. */
  readonly code: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A key as the contract describes it: at most two live secrets, the newest and the one before. */
interface KeyModel {
  readonly current: number;
  /** 0 = none is retiring. */
  readonly retiring: number;
  readonly isSuspended: boolean;
  readonly isRevoked: boolean;
  readonly hasScope: boolean;
}

const NEW: KeyModel = { current: 1, retiring: 0, isSuspended: false, isRevoked: false, hasScope: true };

/** Is there an order of the operations, each at a moment between its start and its end, in which a key would have answered so?
 *  Depth first over what may come next; a state that was tried with the same rest is not tried again (Wing and Gong, with Lowe's memory). */
export function isLinearisable(history: readonly Operation[]): boolean {
  const byStart = history.toSorted((one, other) => one.startedAt - other.startedAt);
  const tried = new Set<string>();
  const done = new Set<number>();
  const visit = (from: number, key: KeyModel): boolean => {
    let first = from;
    while (done.has(first)) first += 1;
    if (first === byStart.length) return true;
    const memory = `${String(first)} ${[...done]
      .filter((index) => index > first)
      .sort((a, b) => a - b)
      .join()} ${JSON.stringify(key)}`;
    if (tried.has(memory)) return false;
    tried.add(memory);
    for (const index of candidates(byStart, done, first)) {
      const operation = byStart[index];
      const next = operation === undefined ? null : applied(key, operation);
      if (next === null) continue;
      done.add(index);
      if (visit(first, next)) return true;
      done.delete(index);
    }
    return false;
  };
  return visit(0, NEW);
}

/** What is not done and began before anything else that is not done had ended. */
function candidates(
  byStart: readonly Operation[],
  done: ReadonlySet<number>,
  first: number,
): readonly number[] {
  let earliestEnd = Number.POSITIVE_INFINITY;
  const found: number[] = [];
  for (let index = first; index < byStart.length; index += 1) {
    const operation = byStart[index];
    if (operation === undefined || operation.startedAt > earliestEnd) break;
    if (done.has(index)) continue;
    found.push(index);
    earliestEnd = Math.min(earliestEnd, operation.endedAt);
  }
  return found;
}

/** The key after the operation; null when a key in this state would not have answered so. */
function applied(key: KeyModel, { kind, code, version }: Operation): KeyModel | null {
  switch (kind) {
    case 'verify':
      return decision(key, version) === code ? key : null;
    case 'rotate':
      if (key.isRevoked) return code === 'WRONG_STATUS' ? key : null;
      if (key.retiring > 0) return code === 'ROTATION_IN_PROGRESS' ? key : null;
      return code === 'ok' && version === key.current + 1
        ? { ...key, current: version, retiring: key.current }
        : null;
    case 'endOverlap':
      if (key.isRevoked || key.retiring === 0) return code === 'NO_ROTATION_IN_PROGRESS' ? key : null;
      return code === 'ok' ? { ...key, retiring: 0 } : null;
    case 'suspend':
      return changed(key, code, !key.isRevoked && !key.isSuspended, { isSuspended: true });
    case 'resume':
      return changed(key, code, !key.isRevoked && key.isSuspended, { isSuspended: false });
    case 'revoke':
      return changed(key, code, !key.isRevoked, { isRevoked: true });
    case 'scopeOff':
      return changed(key, code, !key.isRevoked, { hasScope: false });
    case 'scopeOn':
      return changed(key, code, !key.isRevoked, { hasScope: true });
  }
}

function decision(key: KeyModel, version: number): string {
  if (key.isRevoked) return 'REVOKED';
  if (version !== key.current && version !== key.retiring) return 'REVOKED';
  if (key.isSuspended) return 'SUSPENDED';
  return key.hasScope ? 'VALID' : 'INSUFFICIENT_SCOPE';
}

function changed(key: KeyModel, code: string, may: boolean, change: Partial<KeyModel>): KeyModel | null {
  if (!may) return code === 'WRONG_STATUS' ? key : null;
  return code === 'ok' ? { ...key, ...change } : null;
}
