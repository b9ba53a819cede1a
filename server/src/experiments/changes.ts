// What was changed while an experiment ran, from the audit log: marked on every axis of time.
import { isJsonObject } from '#kernel/json';

export type Change = {
  readonly atMs: number;
  readonly kind: 'shares' | 'conditions' | 'metrics' | 'method' | 'paused' | 'resumed';
};

/** An entry of the audit log, as far as it matters here. */
export type LogEntry = {
  readonly at: string;
  readonly action: string;
  readonly changes: readonly {
    readonly field: string;
    readonly before: unknown;
    readonly after: unknown;
  }[];
};

/** 10 s: a verb of the experiment changes its flag in the same transaction; it is told once, or is the end. */
const SAME_MOMENT_MS = 10_000;

const METRIC_FIELDS = ['metrics', 'metrics_secondary', 'saved_metrics_ids'];

/** @param fromMs the launch: what was before it is the set-up @param toMs the end, or now */
export function changesOf(
  { experiment, flag }: { experiment: readonly LogEntry[]; flag: readonly LogEntry[] },
  fromMs: number,
  toMs: number,
): Change[] {
  const own = experiment.flatMap((entry) => told(entry, ofExperiment(entry)));
  const others = flag.flatMap((entry) => told(entry, ofFlag(entry)));
  const verbs = experiment.filter(({ action }) => action !== 'updated');
  const moments = verbs.map(({ at }) => Date.parse(at));
  const isByVerb = ({ atMs }: Change) =>
    moments.some((moment) => Math.abs(moment - atMs) < SAME_MOMENT_MS);
  return [...own, ...others.filter((one) => !isByVerb(one))]
    .filter(({ atMs }) => atMs > fromMs && atMs < toMs)
    .toSorted((a, b) => a.atMs - b.atMs);
}

const told = ({ at }: LogEntry, kinds: readonly Change['kind'][]): Change[] =>
  kinds.map((kind) => ({ atMs: Date.parse(at), kind }));

function ofExperiment({ action, changes }: LogEntry): Change['kind'][] {
  if (action === 'split_changed') return ['shares'];
  if (action === 'paused' || action === 'resumed') return [action];
  // The set-up and the end tell of every field.
  if (action !== 'updated') return [];
  const fields = changes.map(({ field }) => field);
  return [
    ...(fields.some((field) => METRIC_FIELDS.includes(field)) ? (['metrics'] as const) : []),
    ...(fields.includes('stats_config') ? (['method'] as const) : []),
  ];
}

function ofFlag({ changes }: LogEntry): Change['kind'][] {
  const active = changes.find(({ field }) => field === 'active');
  const filters = changes.find(({ field }) => field === 'filters');
  const part = (value: unknown, name: string) => (isJsonObject(value) ? value[name] : undefined);
  const isOther = (name: string) =>
    filters !== undefined &&
    JSON.stringify(part(filters.before, name)) !== JSON.stringify(part(filters.after, name));
  return [
    ...(active ? [active.after === true ? ('resumed' as const) : ('paused' as const)] : []),
    ...(isOther('multivariate') ? (['shares'] as const) : []),
    ...(isOther('groups') ? (['conditions'] as const) : []),
  ];
}
