// The pieces of SQL about events that other features put together to questions of their own.
export { EventSource } from './sql/event-source.ts';
export { narrowingSql, nodeSql } from './sql/filter-sql.ts';
export { SqlParams, type Sql } from './sql/sql.ts';
export { numberSql, textSql } from './sql/value-sql.ts';
export type { Inquiry, Scope } from './scope.ts';
