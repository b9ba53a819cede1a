// One condition on what people did, as a sentence whose parts can be changed.
import { Button, Select } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { EventSelect } from '../insights/event-select.tsx';
import { ConditionRow } from '../targeting/condition-row.tsx';
import { useFieldError } from '../targeting/form-errors.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import {
  type Behaviour,
  type BehaviourDraft,
  type BehaviourKind,
  newEventFilter,
  withEver,
  withKind,
  withNegation,
} from './behaviour-draft.ts';
import { Count, Span } from './span-input.tsx';
import styles from './behaviour.module.css';

const KINDS: readonly { value: BehaviourKind; label: string }[] = [
  { value: 'performed_event', label: 'at all' },
  { value: 'performed_event_multiple', label: 'so often' },
  { value: 'performed_event_first_time', label: 'for the first time' },
  { value: 'performed_event_regularly', label: 'regularly' },
  { value: 'performed_event_sequence', label: 'then another event' },
  { value: 'stopped_performing_event', label: 'and stopped' },
  { value: 'restarted_performing_event', label: 'again after a pause' },
];
const DID = [
  { value: 'did', label: 'did' },
  { value: 'did not', label: 'did not' },
];
const OFTEN = [
  { value: 'gte', label: 'at least' },
  { value: 'lte', label: 'at most' },
  { value: 'exact', label: 'exactly' },
  { value: 'gt', label: 'more than' },
  { value: 'lt', label: 'fewer than' },
];

type BehaviourRowProps = {
  readonly draft: BehaviourDraft;
  /** Where it stands, as the server names it. */
  readonly attr: string;
  readonly isFirst: boolean;
  readonly onChange: (draft: BehaviourDraft) => void;
  readonly onRemove: () => void;
};

export function BehaviourRow({ draft, attr, isFirst, onChange, onRemove }: BehaviourRowProps) {
  const { behaviour } = draft;
  const set = (change: Partial<Behaviour>) =>
    onChange({ ...draft, behaviour: { ...behaviour, ...change } });
  return (
    <div className={styles.row} role="group" aria-label={`What they did: ${behaviour.key}`}>
      <div className={styles.sentence}>
        <span className={styles.word}>{isFirst ? 'who' : 'and who'}</span>
        <Select
          aria-label="Did or did not"
          className={styles.short}
          data={DID}
          value={behaviour.negation ? 'did not' : 'did'}
          allowDeselect={false}
          onChange={(value) => onChange(withNegation(draft, value === 'did not'))}
        />
        <EventSelect
          label="Event"
          event={behaviour.key}
          attr={attr}
          className={styles.event}
          onChange={(key) => key !== null && set({ key })}
        />
        <Select
          aria-label="How"
          className={styles.kind}
          data={KINDS}
          value={behaviour.value}
          allowDeselect={false}
          onChange={(value) => value && onChange(withKind(draft, value as BehaviourKind))}
        />
        <Details draft={draft} attr={attr} set={set} onChange={onChange} />
        <IconAction size={34} label="Remove condition on an event" onClick={onRemove}>
          <IconX size={16} />
        </IconAction>
      </div>
      <EventFilters draft={draft} attr={attr} onChange={onChange} />
    </div>
  );
}

type PartProps = {
  readonly draft: BehaviourDraft;
  readonly attr: string;
  readonly set: (change: Partial<Behaviour>) => void;
  readonly onChange: (draft: BehaviourDraft) => void;
};

/** What the kind needs beside the event. */
function Details(props: PartProps) {
  const { draft, attr, set } = props;
  const { behaviour } = draft;
  switch (behaviour.value) {
    case 'performed_event':
    case 'performed_event_first_time':
      return <Window {...props} />;
    case 'performed_event_multiple':
      return (
        <>
          <Often {...props} />
          <Window {...props} />
        </>
      );
    case 'performed_event_regularly':
      return <Regularly {...props} />;
    case 'performed_event_sequence':
      return (
        <>
          <Window {...props} />
          <span className={styles.word}>then</span>
          <EventSelect
            label="Event that follows"
            event={behaviour.seq_event ?? ''}
            attr={`${attr}.next`}
            className={styles.event}
            onChange={(next) => next !== null && set({ seq_event: next })}
          />
          <span className={styles.word}>within</span>
          <Recent {...props} />
        </>
      );
    case 'stopped_performing_event':
      return (
        <>
          <Window {...props} />
          <span className={styles.word}>but not in the last</span>
          <Recent {...props} />
        </>
      );
    case 'restarted_performing_event':
      return (
        <>
          <span className={styles.word}>in the last</span>
          <Recent {...props} />
          <span className={styles.word}>after none</span>
          <Window {...props} />
        </>
      );
  }
}

function Often({ draft: { behaviour }, attr, set }: PartProps) {
  return (
    <>
      <Select
        aria-label="Compared"
        className={styles.short}
        data={OFTEN}
        value={behaviour.operator ?? 'exact'}
        allowDeselect={false}
        onChange={(operator) => operator && set({ operator: operator as 'gte' })}
      />
      <Count
        label="How often"
        value={behaviour.operator_value}
        max={1_000_000}
        error={useFieldError(`${attr}.operator_value`)}
        onChange={(count) => set({ operator_value: count })}
      />
      <span className={styles.word}>times</span>
    </>
  );
}

function Regularly(props: PartProps) {
  const { draft, attr, set } = props;
  const { behaviour } = draft;
  return (
    <>
      <Often {...props} />
      <span className={styles.word}>per</span>
      <Span
        label="Period"
        value={behaviour.time_value}
        unit={behaviour.time_interval}
        error={useFieldError(`${attr}.time_value`)}
        onChange={(value, unit) => set({ time_value: value, time_interval: unit })}
      />
      <span className={styles.word}>in</span>
      <Count
        label="Periods at least"
        value={behaviour.min_periods}
        max={100}
        error={useFieldError(`${attr}.min_periods`)}
        onChange={(count) => set({ min_periods: count })}
      />
      <span className={styles.word}>of the last</span>
      <Count
        label="Periods in all"
        value={behaviour.total_periods}
        max={100}
        error={useFieldError(`${attr}.total_periods`)}
        onChange={(count) => set({ total_periods: count })}
      />
    </>
  );
}

function Window({ draft, attr, set, onChange }: PartProps) {
  const { behaviour } = draft;
  const { explicit_datetime: from, explicit_datetime_to: to, value } = behaviour;
  const error = useFieldError(`${attr}.time_value`);
  const isPlain = value === 'stopped_performing_event' || value === 'restarted_performing_event';
  const stored = from !== undefined && (from !== 'all' || to !== undefined);
  const choices = [
    { value: 'last', label: 'in the last' },
    { value: 'ever', label: 'at any time' },
    // Dates come from the API, and stay until something else is chosen.
    ...(stored
      ? [{ value: 'dates', label: to === undefined ? `since ${from}` : `${from} to ${to}` }]
      : []),
  ];
  const chosen = stored ? 'dates' : from === 'all' ? 'ever' : 'last';
  return (
    <>
      {isPlain ? (
        <span className={styles.word}>in the last</span>
      ) : (
        <Select
          aria-label="When"
          className={styles.kind}
          data={choices}
          value={chosen}
          allowDeselect={false}
          onChange={(next) =>
            next &&
            next !== chosen &&
            next !== 'dates' &&
            onChange(withEver(draft, next === 'ever'))
          }
        />
      )}
      {chosen === 'last' && (
        <Span
          label="How far back"
          value={behaviour.time_value}
          unit={behaviour.time_interval}
          error={error}
          onChange={(count, unit) => set({ time_value: count, time_interval: unit })}
        />
      )}
    </>
  );
}

function Recent({ draft: { behaviour }, attr, set }: PartProps) {
  return (
    <Span
      label="Recent time"
      value={behaviour.seq_time_value}
      unit={behaviour.seq_time_interval}
      error={useFieldError(`${attr}.seq_time_value`)}
      onChange={(count, unit) => set({ seq_time_value: count, seq_time_interval: unit })}
    />
  );
}

function EventFilters({ draft, attr, onChange }: Omit<PartProps, 'set'>) {
  const { filters } = draft;
  const change = (next: BehaviourDraft['filters']) => onChange({ ...draft, filters: next });
  return (
    <div className={styles.filters}>
      {filters.map((filter, index) => (
        <ConditionRow
          key={filter.id}
          condition={filter}
          attr={`${attr}.event_filters.${index}`}
          isFirst={index === 0}
          subjects="people"
          onChange={(next) => change(filters.with(index, next))}
          onRemove={() => change(filters.toSpliced(index, 1))}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={() => change([...filters, newEventFilter()])}
      >
        Property of the event
      </Button>
    </div>
  );
}
