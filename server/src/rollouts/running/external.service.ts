// What other programs count for the guardrails of a rollout, since its stage has settled.
import type { Guardrail } from '#metrics/guardrail';
import type { Observation } from '#metrics/observation';
import { SourceError, type Sources } from '#sources';
import type { Reading } from '#sources/readings';
import type { Rollout } from '../kept/rollouts.store.ts';

const readingOf = ({ id, measure }: Guardrail): { id: string; reading: Reading }[] =>
  measure.kind === 'external' ? [{ id, reading: measure.reading }] : [];

/** Nothing where no guardrail asks for it. @throws SourceError */
export async function observeExternal(
  sources: Pick<Sources, 'read'> | undefined,
  { plan, position, environmentId }: Rollout,
  nowMs: number,
): Promise<Pick<Observation, 'external'>> {
  const asked = plan.guardrails.flatMap(readingOf);
  if (asked.length === 0) return {};
  if (!sources) throw new SourceError('No metric source can be read here.');
  const readings = asked.map(({ reading }) => reading);
  const fromMs = position.stageSettledAtMs ?? nowMs;
  const rows = await sources.read(environmentId, { readings, fromMs, toMs: nowMs });
  return { external: Object.fromEntries(asked.map(({ id }, i) => [id, rows[i] ?? []])) };
}
