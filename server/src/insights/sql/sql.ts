// Pieces of ClickHouse SQL with bound parameters: every value that comes from outside is one.

export type SqlValue = string | number | readonly string[] | readonly number[];
/** A statement and the values of its `{name:Type}`. */
export type Sql = { readonly text: string; readonly params: Readonly<Record<string, SqlValue>> };

/** Collects the parameters of one statement. */
export class SqlParams {
  readonly #values: Record<string, SqlValue> = {};
  #count = 0;

  /** The placeholder of a value. @param type ClickHouse's, such as `Array(String)` */
  add(type: string, value: SqlValue): string {
    const name = `p${this.#count}`;
    this.#count += 1;
    this.#values[name] = value;
    return `{${name}:${type}}`;
  }

  string(value: string): string {
    return this.add('String', value);
  }

  strings(values: readonly string[]): string {
    return this.add('Array(String)', values);
  }

  float(value: number): string {
    return this.add('Float64', value);
  }

  int(value: number): string {
    return this.add('Int64', value);
  }

  /** The statement with everything that was added. */
  statement(text: string): Sql {
    return { text, params: { ...this.#values } };
  }
}

/** All conditions hold; true when there are none. */
export function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '1' : conditions.map((one) => `(${one})`).join(' AND ');
}

/** One condition holds at least. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '0' : conditions.map((one) => `(${one})`).join(' OR ');
}

/** A name as it is, whatever it consists of. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
