// How column types of PostgreSQL arrive from `pg` and may be written.
import type { ColumnType, JSONColumnType } from 'kysely';

export type Timestamp = ColumnType<Date, Date | string, Date | string>;
export type CreatedAt = ColumnType<Date, Date | string | undefined, never>;
/** bigint arrives as text from `pg`; written as number or text. */
export type BigInt_ = ColumnType<string, number | string | bigint, number | string | bigint>;
/** With a default of the database's. */
export type GeneratedBigInt = ColumnType<string, number | string | undefined, number | string>;
export type NullableBigInt = ColumnType<
  string | null,
  number | string | null,
  number | string | null
>;
export type Json<T extends object> = JSONColumnType<T, string, string>;
export type NullableJson = ColumnType<unknown, string | null, string | null>;
/** JSON with a default. */
export type GeneratedJson<T> = ColumnType<T, string | undefined, string>;
