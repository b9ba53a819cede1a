// Rage clicks are counted by session unless a plan says otherwise; plans from before meant people, and go on doing so.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `update rollout set plan = jsonb_set(plan, '{guardrails}', (
        select jsonb_agg(
          case when one->>'kind' = 'rage_clicks' and not one ? 'unit'
            then one || '{"unit": "person"}' else one end order by place)
        from jsonb_array_elements(plan->'guardrails') with ordinality as all_of(one, place)))
      where state not in ('rolled_back', 'completed', 'cancelled')
        and plan->'guardrails' @> '[{"kind": "rage_clicks"}]';`,
    )
    .execute(db);
}
