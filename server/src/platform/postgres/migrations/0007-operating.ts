// Operating flags: where changes came from, every version of a flag, owners, payload schemas, comments, when
// code last asked for a flag, and the flags that code asks for in vain.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
alter table audit_entry add column organization_id integer, add column actor_user_id text,
  add column resource_label text, add column ip text, add column user_agent text,
  add column session text;
update audit_entry set actor_user_id = case actor_kind when 'user' then actor_id else (
  select user_id from personal_api_key where personal_api_key.id = actor_id) end
  where actor_kind in ('user', 'api_key');
update audit_entry set organization_id = (
  select organization_id from app_user where app_user.id = actor_user_id)
  where project_id is null;
update audit_entry set resource_label = coalesce(
  after->>'key', before->>'key', after->>'flag_key', before->>'flag_key', after->>'label',
  before->>'label', after->>'email', before->>'email', after->>'name', before->>'name');
create index audit_entry_project_id_resource_kind_idx on audit_entry (project_id, resource_kind, id);
create index audit_entry_organization_id_idx on audit_entry (organization_id, id)
  where project_id is null;

alter table project add column require_flag_owner boolean not null default false;
alter table flag add column owner_id text references app_user(id) on delete set null,
  add column payload_schema jsonb;
create index flag_owner_id_idx on flag (owner_id);
alter table flag_environment add column active_since timestamptz not null default now();

create table flag_version (
  flag_id integer not null references flag(id),
  environment_id integer not null references environment(id), version integer not null,
  at timestamptz not null, definition jsonb not null, audit_entry_id bigint,
  primary key (flag_id, environment_id, version));
insert into flag_version (flag_id, environment_id, version, at, definition, audit_entry_id)
  select distinct on (flag.id, env.environment_id, entry.after->>'version')
    flag.id, env.environment_id, (entry.after->>'version')::integer, entry.at, entry.after, entry.id
  from audit_entry entry
  join flag on flag.id::text = entry.resource_id
  join flag_environment env on env.flag_id = flag.id and env.environment_id = entry.environment_id
  where entry.resource_kind = 'flag' and entry.after ? 'filters' and entry.after ? 'version'
  order by flag.id, env.environment_id, entry.after->>'version', entry.id desc;
insert into flag_version (flag_id, environment_id, version, at, definition)
  select env.flag_id, env.environment_id, env.version, env.updated_at, jsonb_build_object(
    'key', flag.key, 'name', flag.name, 'tags', flag.tags, 'archived', flag.archived,
    'deleted', flag.deleted, 'evaluationRuntime', flag.evaluation_runtime,
    'evaluationContexts', flag.evaluation_contexts,
    'bucketingIdentifier', flag.bucketing_identifier,
    'ensureExperienceContinuity', flag.ensure_experience_continuity,
    'isRemoteConfiguration', flag.is_remote_configuration, 'ownerId', null, 'payloadSchema', null,
    'active', env.active, 'filters', env.filters, 'version', env.version)
  from flag_environment env join flag on flag.id = env.flag_id
  on conflict do nothing;

create table flag_comment (
  id text primary key, flag_id integer not null references flag(id),
  author_id text references app_user(id) on delete set null, author_name text not null,
  body text not null,
  created_at timestamptz not null, edited_at timestamptz);
create index flag_comment_flag_id_idx on flag_comment (flag_id, id);

create table flag_call (
  environment_id integer not null references environment(id), flag_key text not null,
  last_called_at timestamptz not null, primary key (environment_id, flag_key));
create table unknown_flag (
  environment_id integer not null references environment(id), flag_key text not null,
  count bigint not null, sdk text not null, first_seen_at timestamptz not null,
  last_seen_at timestamptz not null, primary key (environment_id, flag_key))`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) {
    if (statement.trim()) await sql.raw(statement).execute(db);
  }
}
