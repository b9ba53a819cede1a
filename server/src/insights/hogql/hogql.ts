// SQL over the environment's events: what is asked.

export type HogqlValue = string | number | boolean | null | readonly string[] | readonly number[];

export type HogqlQuery = {
  readonly kind: 'HogQLQuery';
  /** One SELECT of ClickHouse's SQL over the views of docs/sql.md. */
  readonly query: string;
  /** What stands in place of `{name}`. */
  readonly values?: Readonly<Record<string, HogqlValue>> | undefined;
  /** What stands in place of `{variables.code_name}`, by any id. */
  readonly variables?:
    | Readonly<
        Record<
          string,
          {
            readonly code_name: string;
            readonly value?: HogqlValue | undefined;
            readonly isNull?: boolean | undefined;
          }
        >
      >
    | undefined;
};

/** Most rows of an answer. */
export const MAX_ROWS = 50_000;
