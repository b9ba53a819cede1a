// Favourites of each person, in place of a mark that everybody shared.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table favourite (
  user_id text not null references app_user(id) on delete cascade,
  kind text not null, item_id integer not null, created_at timestamptz not null,
  primary key (user_id, kind, item_id));
insert into favourite (user_id, kind, item_id, created_at)
  select created_by, 'insight', id, created_at from insight
  where favorited and created_by in (select id from app_user)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
