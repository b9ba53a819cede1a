// The events of a question, each with its conditions.
import { Button } from '@mantine/core';
import { IconFilter, IconPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { IconAction } from '../ui/icon-action.tsx';
import { EventSelect } from './event-select.tsx';
import { FiltersEditor } from './filters-editor.tsx';
import { filterList } from './filters.ts';
import styles from './explorer.module.css';
import { type EventNode, nodeName } from './query.ts';

type SeriesEditorProps<S extends EventNode> = {
  readonly series: readonly S[];
  /** `series` or `retentionFilter`: where the list stands, as the server names it. */
  readonly attrOf?: (place: number) => string;
  /** What stands before an event: a letter, a number. */
  readonly markOf: (place: number) => string;
  /** `series`, `step`: what one of them is called. */
  readonly noun: string;
  readonly min: number;
  readonly max: number;
  /** How it is measured. */
  readonly rest?: (one: S, place: number, onChange: (next: S) => void) => ReactNode;
  readonly onChange: (series: readonly S[]) => void;
};

export function SeriesEditor<S extends EventNode>(props: SeriesEditorProps<S>) {
  const { series, markOf, noun, min, max, rest, onChange } = props;
  const { attrOf = (place: number) => `series.${place}` } = props;
  return (
    <div className={styles.series}>
      {series.map((one, place) => (
        <SeriesRow
          key={place}
          one={one}
          attr={attrOf(place)}
          mark={markOf(place)}
          noun={noun}
          rest={rest?.(one, place, (next) => onChange(series.with(place, next)))}
          onChange={(next) => onChange(series.with(place, next))}
          onRemove={series.length > min ? () => onChange(series.toSpliced(place, 1)) : null}
        />
      ))}
      {series.length < max && (
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...series, { kind: 'EventsNode', event: null } as S])}
          >
            Add {noun}
          </Button>
        </div>
      )}
    </div>
  );
}

type SeriesRowProps<S extends EventNode> = {
  readonly one: S;
  readonly attr: string;
  readonly mark: string;
  readonly noun: string;
  readonly rest: ReactNode;
  readonly onChange: (next: S) => void;
  readonly onRemove: (() => void) | null;
};

function SeriesRow<S extends EventNode>(props: SeriesRowProps<S>) {
  const { one, attr, mark, noun, rest, onChange, onRemove } = props;
  const count = filterList(one.properties)?.length ?? 1;
  const [isOpen, setOpen] = useState(false);
  const name = `${noun} ${mark}`.trim();
  return (
    <div role="group" aria-label={`${name}: ${nodeName(one)}`} className={styles.seriesItem}>
      <div className={styles.seriesRow}>
        <span className={styles.letter} aria-hidden>
          {mark}
        </span>
        <EventSelect
          label={`Event of ${name}`}
          event={one.event ?? null}
          attr={attr}
          className={styles.grow}
          onChange={(event) => onChange(renamed(one, event))}
        />
        {rest}
        <span className={styles.rowTools}>
          <IconAction
            size={34}
            label={isOpen || count > 0 ? `Conditions of ${name}` : `Add a condition to ${name}`}
            onClick={() => setOpen(!isOpen)}
          >
            <IconFilter size={16} />
          </IconAction>
          {onRemove && (
            <IconAction size={34} label={`Remove ${name}`} onClick={onRemove}>
              <IconX size={16} />
            </IconAction>
          )}
        </span>
      </div>
      {(isOpen || count > 0) && (
        <div className={styles.seriesFilters}>
          <FiltersEditor
            filters={one.properties}
            attr={`${attr}.properties`}
            addFirst="Only events where…"
            onChange={(properties) => onChange({ ...one, properties })}
          />
        </div>
      )}
    </div>
  );
}

/** Another event has another name. */
function renamed<S extends EventNode>(one: S, event: string | null): S {
  const { name: _, custom_name: __, ...rest } = one;
  return { ...rest, event } as S;
}
