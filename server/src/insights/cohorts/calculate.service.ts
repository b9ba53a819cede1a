// Finds out who is in a cohort by events: one statement, in its turn and within the bounds of all questions, so after
// everything that decides about releases. What it finds counts once all of it is stored, and until then, or when it
// fails, who was found before.
import type { AccountsDirectory } from '#accounts';
import {
  type Claim,
  dropCalculations,
  failCalculation,
  findCalculationNumbers,
  publishCalculation,
  returnCalculation,
} from '#cohorts';
import { CALCULATE_EVERY_MS, restAfterErrorsMs, restMs } from '#cohorts/calculations';
import { SerinError, fail } from '#kernel/errors';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import type { Insights } from '../insights.service.ts';
import { BOUNDS, withinBounds } from '../running/insights.query.ts';
import { openCalculation } from '../running/open-inquiry.service.ts';
import type { Scope } from '../scope.ts';
import { calculationSql } from './calculation-sql.ts';
import { countPeopleIn } from './calculation.query.ts';

export type CalculationDeps = {
  readonly ctx: Ctx;
  readonly insights: Pick<Insights, 'gate'>;
  readonly directory: Pick<AccountsDirectory, 'projectById' | 'environments'>;
  /** How many times faster than usual time goes by. */
  readonly timeScale: number;
};

/** Questions that began before a calculation was replaced are over after this: twice as long as one may take. */
const IN_USE_MS = 120_000;

/** Carries a calculation out, and says what came of it. */
export async function calculate(
  claim: Claim,
  deps: CalculationDeps,
  signal: AbortSignal,
): Promise<void> {
  const { ctx } = deps;
  const everyMs = CALCULATE_EVERY_MS / deps.timeScale;
  const startedMs = ctx.clock.now();
  const again = (restedMs: number) => ({
    at: new Date(ctx.clock.now()),
    nextAt: new Date(ctx.clock.now() + restedMs),
  });
  try {
    const { people, cohortVersion } = await find(claim, deps, signal);
    const next = again(restMs(everyMs, ctx.clock.now() - startedMs));
    const counts = await publishCalculation(ctx.db, claim, { people, cohortVersion, ...next });
    if (!counts) await returnCalculation(ctx.db, claim);
  } catch (error) {
    if (signal.aborted) {
      await returnCalculation(ctx.db, claim);
      return;
    }
    if (!(error instanceof SerinError))
      ctx.log.error({ err: error }, 'a cohort was not calculated');
    const next = again(restAfterErrorsMs(everyMs, claim.errors + 1));
    await failCalculation(ctx.db, claim, { error: messageOf(error), ...next });
  }
}

async function find(claim: Claim, deps: CalculationDeps, signal: AbortSignal) {
  const { ctx, directory, insights } = deps;
  const settings = directory.projectById(claim.projectId) ?? fail('not_found');
  const environment =
    directory.environments().find(({ id }) => id === claim.environmentId) ?? fail('not_found');
  const asking: ProjectCtx = { ...ctx, projectId: claim.projectId, environment };
  const scope = await openCalculation(claim.cohortId, { ctx: asking, settings, signal });
  const cohort = usableCohort(claim.cohortId, scope);
  await dropUnused(claim, ctx);
  const statement = calculationSql(cohort, claim.number, scope);
  const people = await insights.gate.run(
    () =>
      withinBounds(signal, async () => {
        await ctx.clickhouse.command({
          query: statement.text,
          query_params: statement.params,
          abort_signal: signal,
          clickhouse_settings: { ...BOUNDS, log_comment: 'cohort' },
        });
        return countPeopleIn(ctx.clickhouse, claim);
      }),
    signal,
  );
  return { people, cohortVersion: cohort.version };
}

function usableCohort(id: number, { cohorts }: Scope) {
  const cohort = cohorts.byId.get(id);
  if (cohort && cohorts.usable.has(id)) return cohort;
  return fail('invalid_input', { detail: 'It asks for a cohort that is not there.' });
}

/** Calculations that came to nothing, and replaced ones that nobody can be asking for any more. */
async function dropUnused(claim: Claim, { clickhouse, clock }: Ctx): Promise<void> {
  const { previousAt, previousNumber, number } = claim;
  if (previousAt && clock.now() - previousAt.getTime() < IN_USE_MS) return;
  const numbers = await findCalculationNumbers(clickhouse, claim);
  const unused = numbers.filter((one) => one !== previousNumber && BigInt(one) < BigInt(number));
  await dropCalculations(clickhouse, claim, unused);
}

function messageOf(error: unknown): string {
  return error instanceof SerinError ? error.message : 'Something went wrong here.';
}
