// One metric of an experiment: what is counted, of which events, which way is good.
import { NativeSelect, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { EventSelect } from '../insights/event-select.tsx';
import { FiltersEditor } from '../insights/filters-editor.tsx';
import { PropertySelect } from '../insights/property-select.tsx';
import { SeriesEditor } from '../insights/series-editor.tsx';
import { useFieldError } from '../targeting/form-errors.tsx';
import { EventCount } from './event-count.tsx';
import styles from './form.module.css';
import {
  type MetricDraft,
  type MetricKind,
  type SourceDraft,
  type SourceMath,
  isAdjustable,
} from './metric-draft.ts';
import { KINDS } from './metric-words.ts';

export type MetricEditorProps = {
  readonly metric: MetricDraft;
  /** `metrics.0` */
  readonly at: string;
  readonly onChange: (metric: MetricDraft) => void;
};

const KIND_CHOICES = Object.entries(KINDS).map(([value, label]) => ({ value, label }));
const GOALS = [
  { value: 'increase', label: 'More is better' },
  { value: 'decrease', label: 'Less is better' },
];
const MATHS: readonly { readonly value: SourceMath; readonly label: string }[] = [
  { value: 'total', label: 'Number of events' },
  { value: 'sum', label: 'Sum of a property' },
  { value: 'avg', label: 'Average of a property' },
  { value: 'min', label: 'Least value of a property' },
  { value: 'max', label: 'Largest value of a property' },
  { value: 'dau', label: 'Days on which they did it' },
  { value: 'unique_session', label: 'Sessions in which they did it' },
];
const VALUE_MATHS = MATHS.filter(({ value }) => value === 'sum');
const PERCENTILES = ['50', '75', '90', '95', '99'];

export function MetricEditor({ metric, at, onChange }: MetricEditorProps) {
  const change = (next: Partial<MetricDraft>) => onChange({ ...metric, ...next });
  return (
    <div className={styles.stack}>
      <div className={styles.fields}>
        <NativeSelect
          label="What is measured"
          data={KIND_CHOICES}
          value={metric.kind}
          onChange={(event) => change(turned(metric, event.currentTarget.value as MetricKind))}
        />
        <TextInput
          label="Name"
          placeholder="Optional"
          value={metric.name}
          error={useFieldError(`${at}.name`)}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      </div>
      <Events metric={metric} at={at} onChange={onChange} />
      <div className={styles.row}>
        <SegmentedControl
          aria-label="Which way is good"
          data={GOALS}
          value={metric.goal}
          onChange={(goal) => change({ goal: goal as MetricDraft['goal'] })}
        />
        <Details metric={metric} onChange={onChange} />
      </div>
    </div>
  );
}

/** What was chosen stays, as far as the other kind has a place for it. */
function turned(metric: MetricDraft, kind: MetricKind): Partial<MetricDraft> {
  const event = metric.kind === 'funnel' ? metric.steps.at(-1) : metric.source;
  const source = event ?? metric.source;
  if (kind === 'funnel') return { kind, steps: [source] };
  if (kind === 'quantile') return { kind, source: { ...source, math: 'sum' }, goal: 'decrease' };
  return { kind, source };
}

function Events({ metric, at, onChange }: MetricEditorProps) {
  const change = (next: Partial<MetricDraft>) => onChange({ ...metric, ...next });
  const { kind, source, second } = metric;
  switch (kind) {
    case 'funnel':
      return (
        <div className={styles.stack}>
          <SeriesEditor
            series={metric.steps}
            attrOf={(place) => `${at}.series.${place}`}
            markOf={(place) => String(place + 1)}
            noun="step"
            min={1}
            max={10}
            onChange={(steps) => change({ steps })}
          />
          <EventCount event={metric.steps.at(-1)?.event} />
        </div>
      );
    case 'ratio':
      return (
        <>
          <Source
            label="Above: the event"
            at={`${at}.numerator`}
            source={source}
            maths={MATHS}
            onChange={(next) => change({ source: next })}
          />
          <Source
            label="Below: the event"
            at={`${at}.denominator`}
            source={second}
            maths={MATHS}
            onChange={(next) => change({ second: next })}
          />
        </>
      );
    case 'retention':
      return (
        <>
          <Source
            label="They begin with"
            at={`${at}.start_event`}
            source={source}
            onChange={(next) => change({ source: next })}
          />
          <Source
            label="They return with"
            at={`${at}.completion_event`}
            source={second}
            onChange={(next) => change({ second: next })}
          />
          <RetentionDays metric={metric} at={at} onChange={onChange} />
        </>
      );
    case 'mean':
    case 'quantile':
      return (
        <Source
          label="Event"
          at={`${at}.source`}
          source={source}
          maths={kind === 'mean' ? MATHS : VALUE_MATHS}
          onChange={(next) => change({ source: next })}
        />
      );
  }
}

function RetentionDays({ metric, at, onChange }: MetricEditorProps) {
  const days = (label: string, field: 'from' | 'to', error: string | undefined) => (
    <NumberInput
      label={label}
      suffix={` ${metric.retentionUnit}s`}
      min={0}
      max={400}
      value={metric[field]}
      error={error}
      onChange={(value) => onChange({ ...metric, [field]: Number(value) || 0 })}
    />
  );
  return (
    <div className={styles.fields}>
      {days('Back no sooner than', 'from', useFieldError(`${at}.retention_window_start`))}
      {days('and no later than', 'to', useFieldError(`${at}.retention_window_end`))}
    </div>
  );
}

type SourceProps = {
  readonly label: string;
  readonly at: string;
  readonly source: SourceDraft;
  /** Left out: whether it happened is all that counts. */
  readonly maths?: typeof MATHS;
  readonly onChange: (source: SourceDraft) => void;
};

function Source({ label, at, source, maths, onChange }: SourceProps) {
  const { math = 'total', event } = source;
  const needsProperty = ['sum', 'avg', 'min', 'max'].includes(math ?? 'total');
  return (
    <div className={styles.source} role="group" aria-label={label}>
      <span className={styles.sourceLabel} aria-hidden>
        {label}
      </span>
      <div className={styles.sourceRow}>
        <EventSelect
          label={label}
          event={event ?? null}
          attr={at}
          className={styles.grow}
          onChange={(next) => onChange({ ...source, event: next })}
        />
        {maths && (
          <NativeSelect
            aria-label={`How ${event || 'it'} is counted`}
            data={[...maths]}
            value={math ?? 'total'}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...source, math: value as SourceMath })
            }
          />
        )}
        {maths && needsProperty && (
          <PropertySelect
            event={event ?? null}
            property={source.math_property ?? null}
            attr={`${at}.math_property`}
            onChange={(property) => onChange({ ...source, math_property: property })}
          />
        )}
      </div>
      <EventCount event={event} />
      {event !== '' && (
        <FiltersEditor
          filters={source.properties}
          attr={`${at}.properties`}
          addFirst="Only events where…"
          onChange={(properties) => onChange({ ...source, properties } as SourceDraft)}
        />
      )}
    </div>
  );
}

/** `Days`. */
const unitWords = (unit: string): string => `${unit.charAt(0).toUpperCase()}${unit.slice(1)}s`;

function Details({ metric, onChange }: Omit<MetricEditorProps, 'at'>) {
  const change = (next: Partial<MetricDraft>) => onChange({ ...metric, ...next });
  const { kind, source } = metric;
  const isMoney = kind === 'mean' && source.math === 'sum';
  return (
    <>
      {kind === 'quantile' && (
        <NativeSelect
          aria-label="Percentile"
          data={PERCENTILES.map((value) => ({ value, label: `p${value}` }))}
          value={String(Math.round(metric.quantile * 100))}
          onChange={({ currentTarget: { value } }) => change({ quantile: Number(value) / 100 })}
        />
      )}
      {kind !== 'retention' && (
        <NumberInput
          aria-label={`${unitWords(metric.windowUnit)} after entering in which it counts`}
          placeholder="Counts all the time"
          w={190}
          prefix="within "
          suffix={` ${metric.windowUnit}${metric.window === 1 ? '' : 's'}`}
          min={1}
          max={metric.windowUnit === 'day' ? 400 : 10_000}
          allowDecimal={false}
          value={metric.window ?? ''}
          onChange={(value) => change({ window: value === '' ? null : Number(value) })}
        />
      )}
      {isAdjustable(metric) && (
        <Switch
          label="Adjust by what they did before"
          checked={metric.adjusts}
          onChange={(event) => change({ adjusts: event.currentTarget.checked })}
        />
      )}
      {isMoney && (
        <Switch
          label="Draw in the top 1 %"
          checked={metric.cap !== null}
          onChange={(event) => change({ cap: event.currentTarget.checked ? 0.99 : null })}
        />
      )}
    </>
  );
}
