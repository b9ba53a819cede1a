// Events that take somebody out of a funnel when they happen between two of its steps.
import { Button, Select } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useFieldError } from '../targeting/form-errors.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import type { EditorProps } from './editor.ts';
import { EventSelect } from './event-select.tsx';
import styles from './explorer.module.css';
import type { FunnelsQuery } from './query.ts';

type Filter = NonNullable<FunnelsQuery['funnelsFilter']>;
type Exclusion = NonNullable<Filter['exclusions']>[number];

const MAX_EXCLUSIONS = 10;

export function ExclusionsEditor({ query, onChange }: EditorProps<FunnelsQuery>) {
  const filter = query.funnelsFilter ?? {};
  const exclusions = filter.exclusions ?? [];
  const isOrdered = (filter.funnelOrderType ?? 'ordered') === 'ordered';
  const error = useFieldError('funnelsFilter.exclusions');
  const set = (next: readonly Exclusion[]) =>
    onChange({ ...query, funnelsFilter: { ...filter, exclusions: next } });
  // They lie between steps that have an order.
  if (!isOrdered && exclusions.length === 0) return null;
  const last = query.series.length - 1;
  return (
    <div className={styles.series}>
      {exclusions.map((one, place) => (
        <ExclusionRow
          key={place}
          one={one}
          place={place}
          steps={query.series.length}
          onChange={(next) => set(exclusions.with(place, next))}
          onRemove={() => set(exclusions.toSpliced(place, 1))}
        />
      ))}
      {error && <p className={styles.fieldError}>{error}</p>}
      {exclusions.length < MAX_EXCLUSIONS && (
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() =>
              set([
                ...exclusions,
                { kind: 'EventsNode', event: null, funnelFromStep: 0, funnelToStep: last },
              ])
            }
          >
            Leave out who did…
          </Button>
        </div>
      )}
    </div>
  );
}

type ExclusionRowProps = {
  readonly one: Exclusion;
  readonly place: number;
  readonly steps: number;
  readonly onChange: (next: Exclusion) => void;
  readonly onRemove: () => void;
};

function ExclusionRow({ one, place, steps, onChange, onRemove }: ExclusionRowProps) {
  const attr = `funnelsFilter.exclusions.${place}`;
  const error = useFieldError(`${attr}.funnelToStep`);
  const stepsFrom = (first: number, until: number, words: string) =>
    Array.from({ length: Math.max(0, until - first) }, (_, index) => ({
      value: String(first + index),
      label: `${words} step ${first + index + 1}`,
    }));
  const name = `exclusion ${place + 1}`;
  return (
    <div className={styles.seriesRow} role="group" aria-label={name}>
      <EventSelect
        label={`Event of ${name}`}
        event={one.event ?? null}
        attr={attr}
        className={styles.grow}
        onChange={(event) => onChange({ ...one, event })}
      />
      <Select
        aria-label={`Start of ${name}`}
        data={stepsFrom(0, steps - 1, 'after')}
        value={String(one.funnelFromStep)}
        allowDeselect={false}
        w={126}
        onChange={(step) => step && onChange({ ...one, funnelFromStep: Number(step) })}
      />
      <Select
        aria-label={`End of ${name}`}
        data={stepsFrom(1, steps, 'before')}
        value={String(one.funnelToStep)}
        error={error}
        allowDeselect={false}
        w={134}
        onChange={(step) => step && onChange({ ...one, funnelToStep: Number(step) })}
      />
      <IconAction size={34} label={`Remove ${name}`} onClick={onRemove}>
        <IconX size={16} />
      </IconAction>
    </div>
  );
}
