// Asks another program what a plan would ask it, before the plan is in force: a query that gives nothing would never
// accuse anybody, and one that cannot be read would hold every stage.
import { fail } from '#kernel/errors';
import type { Guardrail } from '#metrics/guardrail';
import { SourceError, type Sources } from '#sources';
import type { Reading, Readings } from '#sources/readings';
import type { PlanWire } from './plan.contract.ts';
import type { Plan } from './plan.ts';

const HOUR_MS = 3_600_000;
/** Of long windows so many at least. */
const LEAST_WINDOWS = 5;

export type Trial = {
  /** Without it, nothing is tried. */
  readonly sources: Pick<Sources, 'read'> | undefined;
  readonly environmentId: number;
  readonly nowMs: number;
};

/**
 * Reads the last hour of every query of a plan.
 * @throws invalid_input naming the query that is refused, that answers with several series where one is needed, or
 * without numbers (unless the guardrail allows to start without a baseline); unavailable when the source is out of reach
 */
export async function refuseUnreadable(
  { sources, environmentId, nowMs }: Trial,
  plan: Plan,
  wire: PlanWire,
): Promise<void> {
  if (!sources) return;
  const trial = { sources, environmentId, nowMs };
  await Promise.all(
    plan.guardrails.map(async ({ measure }: Guardrail, index) => {
      if (measure.kind !== 'external') return;
      const isAllowed = wire.guardrails[index]?.allow_no_baseline === true;
      await tryOne(trial, measure.reading, { at: `guardrails.${index}`, isAllowed });
    }),
  );
}

type Tried = Trial & { readonly sources: Pick<Sources, 'read'> };

async function tryOne(
  trial: Tried,
  reading: Reading,
  { at, isAllowed }: { readonly at: string; readonly isAllowed: boolean },
): Promise<void> {
  // All events first, so that a mistake in the query of the bad ones is told apart.
  const [field, first]: [string, Reading] =
    reading.kind === 'value'
      ? ['query', reading]
      : ['total_query', { ...reading, bad: reading.total }];
  const found = await read(trial, first, `${at}.${field}`);
  if (reading.kind === 'rates') await read(trial, reading, `${at}.bad_query`);
  if (isAllowed || found.some((row) => row.length > 0)) return;
  const missing =
    reading.kind === 'value'
      ? 'gives no number'
      : `counts nothing whose label ${reading.label} is ${reading.treatment} or ${reading.control}`;
  fail('invalid_input', {
    attr: `${at}.${field}`,
    detail: `Over the last hour the query ${missing}. Check it in Prometheus, or allow this guardrail to start without a baseline (allow_no_baseline).`,
  });
}

async function read(
  { sources, environmentId, nowMs }: Tried,
  reading: Reading,
  attr: string,
): Promise<Readings> {
  const fromMs = nowMs - Math.max(HOUR_MS, LEAST_WINDOWS * reading.windowMs);
  try {
    const [rows = []] = await sources.read(environmentId, {
      readings: [reading],
      fromMs,
      toMs: nowMs,
    });
    return rows;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.isQuery
      ? fail('invalid_input', { attr, detail: error.message, cause: error })
      : fail('unavailable', {
          detail: `The guardrails cannot be checked: ${error.message}`,
          cause: error,
        });
  }
}
