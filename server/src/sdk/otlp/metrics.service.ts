// What is kept of metrics: every data point that is a number or a histogram, as an event. The rest is counted.
import type { Ingest } from '#ingest';
import {
  type Kept,
  type Sender,
  digestOf,
  keepEvents,
  resourceDigests,
  sayWhy,
} from './keep-events.service.ts';
import { metricEvent } from './wire/metric-event.ts';
import type { MetricPoint, NoPoint } from './wire/otlp-metrics.ts';

type Deps = { readonly ingest: Pick<Ingest, 'accept'> };

const WHY: Readonly<Record<NoPoint, string>> = {
  'other-kind': 'neither gauge, sum nor histogram',
  'no-name': 'of metrics without a name',
  'no-number': 'without a finite number',
  'bad-buckets': 'with buckets that do not fit their bounds, or too many',
  'too-large': 'too large, or of a resource that is',
  'too-many': 'above what one request may bring',
};

/**
 * Keeps what can be kept; resolves when it is on disk.
 * @throws unavailable when it cannot be kept right now, or is too much; the same may be sent again
 */
export async function keepMetrics(
  deps: Deps,
  sender: Sender,
  points: readonly (MetricPoint | NoPoint)[],
): Promise<Kept> {
  const reasons: NoPoint[] = points.filter((point) => typeof point === 'string');
  const digestOfResource = resourceDigests();
  const made = points
    .filter((point) => typeof point !== 'string')
    .map((point) => ({
      event: metricEvent(point, seriesOf(point, digestOfResource(point.resource))),
      from: point,
    }));
  const tooLarge = await keepEvents(deps, sender, made);
  for (let i = 0; i < tooLarge; i += 1) reasons.push('too-large');
  const kept = points.length - reasons.length;
  return { kept, rejected: reasons.length, message: sayWhy(reasons, WHY) };
}

function seriesOf({ name, unit, attributes }: MetricPoint, resource: string): string {
  return digestOf([name, unit, attributes, resource]);
}
