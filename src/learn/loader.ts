/*
 * Hooks of Node's module loader, in the worker that checks a learner's file: an import of another piece gets our
 * finished one, so that a mistake there does not show here.
 */

/** What the hooks need to know. */
export interface LoaderData {
  /** The address of the folder of the file under check, with a slash at its end. */
  readonly folder: string;
  /** The address of each finished piece, by its name. */
  readonly addresses: Readonly<Record<string, string>>;
}

interface Context {
  readonly parentURL?: string;
}

interface Resolved {
  readonly url: string;
  readonly shortCircuit?: boolean;
}

type Next = (specifier: string, context: Context) => Resolved | Promise<Resolved>;

let loader: LoaderData = { folder: "", addresses: {} };

/** Receives the data; Node calls it where hooks run in a thread of their own. */
export function initialize(data: LoaderData): void {
  loader = data;
}

/** Our finished piece for an import of it from a file of the learner's folder. */
export function resolve(
  specifier: string,
  context: Context,
  next: Next,
): Resolved | Promise<Resolved> {
  const inside = context.parentURL?.startsWith(loader.folder) ?? false;
  const [, name] = /^\.\/([\w-]+)\.[cm]?[jt]s$/.exec(specifier) ?? [];
  const url = inside && name !== undefined ? loader.addresses[name] : undefined;
  return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
}
