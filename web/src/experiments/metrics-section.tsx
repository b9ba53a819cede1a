// The metrics of an experiment: what it is to improve, or what must not get worse and is worth knowing.
import { metricName, metricWords } from 'serin/experiments/metric-words';
import { Button, Group, Menu, NumberInput } from '@mantine/core';
import { IconChevronDown, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type SavedMetric, savedMetricsQuery } from '../api/saved-metrics.ts';
import { useScope } from '../api/session.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import type { ExperimentDraft } from './draft.ts';
import styles from './form.module.css';
import { type MetricDraft, metricFrom, newMetric, PROPOSED } from './metric-draft.ts';
import { MetricEditor } from './metric-editor.tsx';
import { MoveButtons, type Place } from './move-buttons.tsx';

type MetricsSectionProps = {
  readonly draft: ExperimentDraft;
  readonly part: 'goals' | 'secondary';
  readonly onChange: (change: Partial<ExperimentDraft>) => void;
};

const ATTRS = { goals: 'metrics', secondary: 'metrics_secondary' } as const;

export function MetricsSection({ draft, part, onChange }: MetricsSectionProps) {
  const scope = useScope();
  const { data: saved } = useQuery(savedMetricsQuery(scope));
  const metrics = draft[part];
  const isGoal = part === 'goals';
  const error = useFieldError(ATTRS[part]);
  const setMetrics = (next: readonly MetricDraft[]) => onChange({ [part]: next });
  const shared = draft.shared.filter((one) => one.isGoal === isGoal);
  const offered = (saved?.results ?? []).filter(
    ({ id }) => !draft.shared.some((one) => one.id === id),
  );
  return (
    <div className={styles.stack}>
      {metrics.map((metric, index) => (
        <MetricCard
          onMove={metrics.length > 1 ? (by) => setMetrics(moved(metrics, index, by)) : undefined}
          place={{ isFirst: index === 0, isLast: index === metrics.length - 1 }}
          key={metric.id}
          metric={metric}
          at={`${ATTRS[part]}.${index}`}
          isGoal={isGoal}
          onChange={(next) => setMetrics(metrics.with(index, next))}
          onRemove={() => setMetrics(metrics.toSpliced(index, 1))}
        />
      ))}
      {shared.map(({ id }) => (
        <SharedCard
          key={id}
          id={id}
          metric={saved?.results.find((one) => one.id === id)}
          onRemove={() => onChange({ shared: draft.shared.filter((one) => one.id !== id) })}
        />
      ))}
      {error && <p className={styles.error}>{error}</p>}
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => setMetrics([...metrics, newMetric()])}
        >
          {isGoal ? 'Add a goal' : 'Add a metric'}
        </Button>
        {!isGoal &&
          PROPOSED.filter(({ make }) => !metrics.some(({ name }) => name === make().name)).map(
            ({ label, make }) => (
              <Button
                key={label}
                variant="default"
                leftSection={<IconPlus size={16} />}
                onClick={() => setMetrics([...metrics, make()])}
              >
                {label}
              </Button>
            ),
          )}
        {offered.length > 0 && (
          <SharedMenu
            metrics={offered}
            onChoose={(id) => onChange({ shared: [...draft.shared, { id, isGoal }] })}
          />
        )}
      </Group>
    </div>
  );
}

/** The list with one a place further up (−1) or down (1). */
function moved<T>(list: readonly T[], from: number, by: -1 | 1): readonly T[] {
  const one = list[from];
  return one === undefined ? list : list.toSpliced(from, 1).toSpliced(from + by, 0, one);
}

type SharedMenuProps = {
  readonly metrics: readonly SavedMetric[];
  readonly onChoose: (id: number) => void;
};

function SharedMenu({ metrics, onChoose }: SharedMenuProps) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="subtle" rightSection={<IconChevronDown size={14} />}>
          Shared metric
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        {metrics.map(({ id, name }) => (
          <Menu.Item key={id} onClick={() => onChoose(id)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

type SharedCardProps = {
  readonly id: number;
  readonly metric: SavedMetric | undefined;
  readonly onRemove: () => void;
};

function SharedCard({ id, metric, onRemove }: SharedCardProps) {
  const name = metric?.name ?? `Shared metric ${id}`;
  return (
    <div className={styles.metric} role="group" aria-label={name}>
      <div className={styles.metricHead}>
        <div>
          <strong>{name}</strong>
          <p className={styles.hint}>
            {metric
              ? `Shared: ${metricWords(metric.query as unknown as Parameters<typeof metricWords>[0])}`
              : 'Shared'}
          </p>
        </div>
        <IconAction size={34} label={`Remove ${name}`} onClick={onRemove}>
          <IconTrash size={16} stroke={1.6} />
        </IconAction>
      </div>
    </div>
  );
}

type MetricCardProps = {
  readonly metric: MetricDraft;
  readonly at: string;
  readonly isGoal: boolean;
  readonly place: Place;
  /** Undefined: there is nothing to move past. */
  readonly onMove: ((by: -1 | 1) => void) | undefined;
  readonly onChange: (metric: MetricDraft) => void;
  readonly onRemove: () => void;
};

/** 5 %: what a guardrail allows unless somebody says otherwise. */
const USUAL_LIMIT = 5;

function MetricCard(props: MetricCardProps) {
  const { metric, at, isGoal, place, onMove, onChange, onRemove } = props;
  const name = metricName(metricFrom(metric));
  const limitError = useFieldError(`${at}.guardrail.threshold`);
  const isAbsolute = metric.original?.guardrail?.threshold_kind === 'absolute';
  return (
    <div className={styles.metric} role="group" aria-label={name}>
      <div className={styles.metricHead}>
        <strong>{name}</strong>
        <Group gap={4} wrap="nowrap">
          {onMove && <MoveButtons name={name} place={place} onMove={onMove} />}
          <IconAction size={34} label={`Remove ${name}`} onClick={onRemove}>
            <IconTrash size={16} stroke={1.6} />
          </IconAction>
        </Group>
      </div>
      <MetricEditor metric={metric} at={at} onChange={onChange} />
      {!isGoal && !isAbsolute && (
        <div className={styles.row}>
          <Button
            variant={metric.guardrail === null ? 'default' : 'light'}
            size="compact-sm"
            aria-pressed={metric.guardrail !== null}
            onClick={() =>
              onChange({ ...metric, guardrail: metric.guardrail === null ? USUAL_LIMIT : null })
            }
          >
            Guardrail
          </Button>
          {metric.guardrail === null ? (
            <span className={styles.hint}>Shown only. A guardrail stops a variant that harms.</span>
          ) : (
            <>
              <NumberInput
                aria-label="How much worse it may get, in percent"
                w={190}
                prefix="worse by "
                suffix=" %"
                min={0.1}
                max={10_000}
                value={metric.guardrail}
                error={limitError}
                onChange={(value) => onChange({ ...metric, guardrail: Number(value) || 0.1 })}
              />
              <span className={styles.hint}>
                Proven worse by more than this: everyone gets control, at once.
              </span>
            </>
          )}
        </div>
      )}
    </div>
  );
}
