import { AppError } from './app-error.ts';

/** Refuses a name that another one of its kind has. `what` with its article: `a partner`. */
export function nameTaken(what: string, name: string): AppError {
  const message = `There is already ${what} named “${name}”. Choose another name.`;
  return new AppError('NAME_TAKEN', message, [{ path: 'name', message }]);
}
