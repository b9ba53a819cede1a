// What is kept of metrics: every data point that is a number or a histogram, as an event. The rest is counted.
import type { Ingest } from '#ingest';
import type { Clock } from '#kernel/clock';
import { type Kept, digestOf, keepEvents, sayWhy } from './keep-events.service.ts';
import { metricEvent } from './wire/metric-event.ts';
import type { MetricPoint, NoPoint } from './wire/otlp-metrics.ts';

type Deps = { readonly ingest: Pick<Ingest, 'accept'>; readonly clock: Clock };
type Reason = NoPoint | 'too-large';

const WHY: Readonly<Record<Reason, string>> = {
  'other-kind': 'neither gauge, sum nor histogram',
  'no-name': 'of metrics without a name',
  'no-number': 'without a finite number',
  'bad-buckets': 'with buckets that do not fit their bounds, or too many',
  'too-large': 'too large',
};

/**
 * Keeps what can be kept; resolves when it is on disk.
 * @throws unavailable when it cannot be kept right now, or is too much; the same may be sent again
 */
export async function keepMetrics(
  deps: Deps,
  environmentId: number,
  points: readonly (MetricPoint | NoPoint)[],
): Promise<Kept> {
  const reasons: Reason[] = points.filter((point) => typeof point === 'string');
  const events = points
    .filter((point) => typeof point !== 'string')
    .map((point) => metricEvent(point, seriesOf(point)));
  const tooLarge = await keepEvents(deps, environmentId, events);
  for (let i = 0; i < tooLarge; i += 1) reasons.push('too-large');
  const kept = points.length - reasons.length;
  return { kept, rejected: reasons.length, message: sayWhy(reasons, WHY) };
}

function seriesOf({ name, unit, attributes, resource }: MetricPoint): string {
  return digestOf([name, unit, attributes, resource]);
}
