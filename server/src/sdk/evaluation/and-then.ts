// Work that is usually done at once and sometimes must wait.

/** Goes on at once with a value, later with a promised one: awaiting a value costs a turn. */
export function andThen<T, R>(
  value: T | Promise<T>,
  proceed: (value: T) => R | Promise<R>,
): R | Promise<R> {
  return value instanceof Promise ? value.then(proceed) : proceed(value);
}
