// What a rollout went through: runs of stages, looks with every input of their decision, and the time
// line of decisions. Rows are only added, but for old looks, of which one per hour stays for ever.
import { type Selectable, sql } from 'kysely';
import type { Health } from '#metrics/observation';
import type { Verdict } from '#metrics/verdict';
import type { Db } from '#platform/ctx';
import type { Database } from '#platform/postgres/schema';
import type { GateInput } from '../gate/gate.ts';
import type { HoldReason, RolloutEventType, RolloutState } from '../gate/rollout.ts';

/** What a look found, beside its verdict's level. */
export type Findings = Omit<Verdict, 'level'> & { readonly health: Health | null };

export type Evaluation = {
  readonly id: string;
  readonly rolloutId: string;
  readonly stageIndex: number;
  readonly attempt: number;
  readonly at: Date;
  readonly watermark: Date;
  readonly inputHash: string;
  readonly verdict: Verdict;
  readonly health: Health | null;
  /** Deciding again from this gives the same decision. */
  readonly inputs: GateInput;
  readonly durationMs: number;
};

export async function insertEvaluation(
  db: Db,
  evaluation: Omit<Evaluation, 'id'>,
): Promise<string> {
  const { level, ...findings } = evaluation.verdict;
  const row = await db
    .insertInto('rollout_evaluation')
    .values({
      rollout_id: evaluation.rolloutId,
      stage_index: evaluation.stageIndex,
      attempt: evaluation.attempt,
      at: evaluation.at,
      watermark: evaluation.watermark,
      input_hash: evaluation.inputHash,
      verdict: level,
      inputs: JSON.stringify(evaluation.inputs),
      per_guardrail: JSON.stringify({ ...findings, health: evaluation.health }),
      duration_ms: evaluation.durationMs,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

function selectEvaluations(db: Db, rolloutId: string) {
  return db.selectFrom('rollout_evaluation').selectAll().where('rollout_id', '=', rolloutId);
}

type EvaluationRow = Awaited<
  ReturnType<ReturnType<typeof selectEvaluations>['executeTakeFirstOrThrow']>
>;

/** The last look at one run of a stage. */
export async function findLastEvaluation(
  db: Db,
  run: { readonly rolloutId: string; readonly stageIndex: number; readonly attempt: number },
): Promise<Evaluation | undefined> {
  const row = await selectEvaluations(db, run.rolloutId)
    .where('stage_index', '=', run.stageIndex)
    .where('attempt', '=', run.attempt)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toEvaluation(row);
}

/** What the last look at one run of a stage saw, without its inputs: they may be large. */
export async function findLastInputHash(
  db: Db,
  run: { readonly rolloutId: string; readonly stageIndex: number; readonly attempt: number },
): Promise<{ readonly id: string; readonly inputHash: string } | undefined> {
  return db
    .selectFrom('rollout_evaluation')
    .select(['id', 'input_hash as inputHash'])
    .where('rollout_id', '=', run.rolloutId)
    .where('stage_index', '=', run.stageIndex)
    .where('attempt', '=', run.attempt)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** What the last look at one run of a stage found, without its inputs. */
export async function findLastVerdict(
  db: Db,
  run: { readonly rolloutId: string; readonly stageIndex: number; readonly attempt: number },
): Promise<Verdict | null> {
  const row = await db
    .selectFrom('rollout_evaluation')
    .select(['verdict as level', 'per_guardrail'])
    .where('rollout_id', '=', run.rolloutId)
    .where('stage_index', '=', run.stageIndex)
    .where('attempt', '=', run.attempt)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const { health: _health, ...findings } = row.per_guardrail as unknown as Findings;
  return { level: row.level as Verdict['level'], ...findings };
}

export async function findEvaluation(
  db: Db,
  rolloutId: string,
  id: string,
): Promise<Evaluation | undefined> {
  const row = await selectEvaluations(db, rolloutId).where('id', '=', id).executeTakeFirst();
  return row && toEvaluation(row);
}

type PageOf = { readonly limit: number; readonly offset: number };

/** Newest first. */
export async function listEvaluations(
  db: Db,
  rolloutId: string,
  page: PageOf,
): Promise<{ count: number; evaluations: Evaluation[] }> {
  const { count } = await db
    .selectFrom('rollout_evaluation')
    .where('rollout_id', '=', rolloutId)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await selectEvaluations(db, rolloutId)
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { count: Number(count), evaluations: rows.map(toEvaluation) };
}

/** Looks kept in full; of older ones the first of each hour stays, and every one that decided. */
const FULL_LOOKS = 2000;

/** Removes old looks that nobody will miss. */
export async function pruneEvaluations(db: Db, rolloutId: string): Promise<void> {
  await sql`
    delete from rollout_evaluation where rollout_id = ${rolloutId}
      and id < (select id from rollout_evaluation where rollout_id = ${rolloutId}
        order by id desc offset ${FULL_LOOKS} limit 1)
      and id not in (select min(id) from rollout_evaluation where rollout_id = ${rolloutId}
        group by date_trunc('hour', at))
      and id not in (select (payload ->> 'evaluation_id')::bigint from rollout_event
        where rollout_id = ${rolloutId} and payload ->> 'evaluation_id' is not null)
  `.execute(db);
}

export type RolloutEvent = {
  readonly seq: string;
  readonly at: Date;
  readonly actorKind: string;
  readonly actorLabel: string;
  readonly type: RolloutEventType;
  readonly fromState: RolloutState;
  readonly toState: RolloutState;
  readonly stageIndex: number;
  readonly reasons: readonly string[];
  readonly evaluationId: string | null;
  /** Of the hold that it began or moved. */
  readonly deadlineAt: Date | null;
  /** What the controller decided from without a look: deciding again gives the same decision. */
  readonly inputs: GateInput | null;
};

export async function insertEvent(
  db: Db,
  event: Omit<RolloutEvent, 'seq'> & {
    readonly rolloutId: string;
    readonly idempotencyKey: string;
    readonly holdReason?: HoldReason | null;
  },
): Promise<void> {
  await db
    .insertInto('rollout_event')
    .values({
      rollout_id: event.rolloutId,
      at: event.at,
      actor_kind: event.actorKind,
      actor_label: event.actorLabel,
      type: event.type,
      from_state: event.fromState,
      to_state: event.toState,
      stage_index: event.stageIndex,
      reasons: JSON.stringify(event.reasons),
      payload: JSON.stringify({
        ...(event.evaluationId === null ? {} : { evaluation_id: event.evaluationId }),
        ...(event.inputs === null ? {} : { inputs: event.inputs }),
        ...(event.holdReason ? { hold_reason: event.holdReason } : {}),
        ...(event.deadlineAt === null ? {} : { deadline_at: event.deadlineAt.toISOString() }),
      }),
      idempotency_key: event.idempotencyKey,
    })
    .execute();
}

/** The rollout that has an event with this key: what was asked was carried out before. */
export async function findOnRecord(db: Db, idempotencyKey: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('rollout_event')
    .select('rollout_id')
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
  return row?.rollout_id;
}

type Payload = {
  readonly evaluation_id?: string;
  readonly deadline_at?: string;
  readonly inputs?: GateInput;
};

/** The last person who decided something about a rollout. */
export async function findLastPerson(
  db: Db,
  rolloutId: string,
): Promise<
  { readonly by: string; readonly at: Date; readonly type: RolloutEventType } | undefined
> {
  const row = await db
    .selectFrom('rollout_event')
    .select(['actor_label', 'at', 'type'])
    .where('rollout_id', '=', rolloutId)
    .where('actor_kind', '!=', 'system')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { by: row.actor_label, at: row.at, type: row.type as RolloutEventType };
}

/** Newest first. */
export async function listEvents(
  db: Db,
  rolloutId: string,
  page: PageOf,
): Promise<{ count: number; events: RolloutEvent[] }> {
  const { count } = await db
    .selectFrom('rollout_event')
    .where('rollout_id', '=', rolloutId)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('rollout_event')
    .selectAll()
    .where('rollout_id', '=', rolloutId)
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  const events = rows.map(toEvent);
  return { count: Number(count), events };
}

export function toEvent(row: Selectable<Database['rollout_event']>): RolloutEvent {
  const payload = row.payload as Payload;
  return {
    seq: row.seq,
    at: row.at,
    actorKind: row.actor_kind,
    actorLabel: row.actor_label,
    type: row.type as RolloutEventType,
    fromState: row.from_state as RolloutState,
    toState: row.to_state as RolloutState,
    stageIndex: row.stage_index,
    reasons: row.reasons,
    evaluationId: payload.evaluation_id ?? null,
    deadlineAt: payload.deadline_at === undefined ? null : new Date(payload.deadline_at),
    inputs: payload.inputs ?? null,
  };
}

function toEvaluation(row: EvaluationRow): Evaluation {
  const { health, ...verdict } = row.per_guardrail as Findings;
  return {
    id: row.id,
    rolloutId: row.rollout_id,
    stageIndex: row.stage_index,
    attempt: row.attempt,
    at: row.at,
    watermark: row.watermark,
    inputHash: row.input_hash,
    verdict: { ...verdict, level: row.verdict as Verdict['level'] },
    health,
    inputs: row.inputs as GateInput,
    durationMs: row.duration_ms,
  };
}
