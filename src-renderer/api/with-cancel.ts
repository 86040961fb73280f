/** The state of a read that can be given up. */
export type Cancellable<Result> = Result & {
  /** Gives the request that is under way up, as if it had not been asked for; nothing when there is none. */
  readonly cancel: () => void;
};

/** The result with `cancel` added. It stays what it was: a result notes which of its members are read, and its component is drawn
 *  again only when one of them changes, so it must not be copied member by member. */
export function withCancel<Result extends object>(result: Result, cancel: () => void): Cancellable<Result> {
  return new Proxy(result, {
    get: (target, name): unknown => (name === 'cancel' ? cancel : Reflect.get(target, name)),
  }) as Cancellable<Result>;
}
