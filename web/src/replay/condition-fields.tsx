// The fields of each kind of condition on sessions.
import { NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { flagListQuery } from '../api/flag-list.ts';
import { useScope } from '../api/session.ts';
import { EventSelect } from '../insights/event-select.tsx';
import { draftFrom, type Filter, filterList, wholeFilters } from '../insights/filters.ts';
import { valuesOf } from '../insights/flag-split.ts';
import { NameSelect } from '../insights/name-select.tsx';
import { storedFrom } from '../targeting/condition-draft.ts';
import { ConditionRow } from '../targeting/condition-row.tsx';
import { ConditionsEditor } from '../targeting/conditions-editor.tsx';
import { MEASURES } from './condition-words.ts';
import type { Condition } from './filter.ts';
import { RequestFields } from './request-fields.tsx';
import styles from './recordings.module.css';

type Of<Kind extends Condition['kind']> = {
  readonly condition: Extract<Condition, { readonly kind: Kind }>;
  readonly onChange: (condition: Condition) => void;
};

type Props = {
  readonly condition: Condition;
  readonly onChange: (condition: Condition) => void;
};

export function ConditionFields({ condition, onChange }: Props) {
  switch (condition.kind) {
    case 'flag_called':
    case 'flag_value':
    case 'flag_changed':
      return <FlagFields condition={condition} onChange={onChange} />;
    case 'event':
      return <EventFields condition={condition} onChange={onChange} />;
    case 'exception':
      return <ExceptionFields condition={condition} onChange={onChange} />;
    case 'console':
      return <ConsoleFields condition={condition} onChange={onChange} />;
    case 'request':
      return <RequestFields condition={condition} onChange={onChange} />;
    case 'measure':
      return <MeasureFields condition={condition} onChange={onChange} />;
    case 'url':
      return <UrlFields condition={condition} onChange={onChange} />;
    case 'property':
      return <PropertyFields condition={condition} onChange={onChange} />;
    case 'source':
    case 'library':
      return <ClientFields condition={condition} onChange={onChange} />;
    default:
      return null;
  }
}

/** Empty texts are no condition. */
const textOr = (text: string): string | undefined => (text.trim() === '' ? undefined : text);

const itemOf = (key: string) => ({ value: key, label: key });

function FlagFields({ condition, onChange }: Of<'flag_called' | 'flag_value' | 'flag_changed'>) {
  const { data } = useQuery(flagListQuery(useScope(), {}));
  const flags = data?.results ?? [];
  const chosen = flags.find(({ key }) => key === condition.flag);
  return (
    <>
      <NameSelect
        label="Flag"
        placeholder="Which flag?"
        value={condition.flag === '' ? null : condition.flag}
        groups={[{ group: 'Flags', items: flags.map(({ key }) => itemOf(key)) }]}
        typed={itemOf}
        onChange={(flag) => flag && onChange({ ...condition, flag })}
      />
      {condition.kind !== 'flag_changed' && (
        <TagsInput
          label="Values"
          description="Any of these; without one, whatever it was."
          data={chosen ? [...valuesOf(chosen)] : ['true', 'false']}
          value={[...(condition.values ?? [])]}
          onChange={(values) =>
            onChange({ ...condition, values: values.length === 0 ? undefined : values })
          }
        />
      )}
    </>
  );
}

function EventFields({ condition, onChange }: Of<'event'>) {
  const list = filterList(condition.properties);
  const [drafts, setDrafts] = useState(() => (list ?? []).map(draftFrom));
  return (
    <>
      <EventSelect
        label="Event"
        event={condition.event ?? null}
        attr="event"
        onChange={(event) => onChange({ ...condition, event })}
      />
      {list === null ? (
        <p className={styles.hint}>Its nested conditions are kept as they are.</p>
      ) : (
        <ConditionsEditor
          attr=""
          conditions={drafts}
          subjects="events"
          addFirst="Add a condition on it"
          onChange={(next) => {
            setDrafts([...next]);
            onChange({ ...condition, properties: wholeFilters(next) } as Condition);
          }}
        />
      )}
    </>
  );
}

function ExceptionFields({ condition, onChange }: Of<'exception'>) {
  return (
    <>
      <TextInput
        label="Type"
        placeholder="TypeError"
        value={condition.type ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ ...condition, type: textOr(value) })}
      />
      <TextInput
        label="Message contains"
        value={condition.message ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...condition, message: textOr(value) })
        }
      />
      <TextInput
        label="Fingerprint"
        value={condition.fingerprint ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...condition, fingerprint: textOr(value) })
        }
      />
    </>
  );
}

const LEVELS = [
  { value: 'error', label: 'Errors' },
  { value: 'warn', label: 'Warnings' },
  { value: 'log', label: 'Other messages' },
];

function ConsoleFields({ condition, onChange }: Of<'console'>) {
  return (
    <>
      <Select
        label="Level"
        placeholder="Any"
        data={LEVELS}
        value={condition.level ?? null}
        clearable
        onChange={(level) =>
          onChange({ ...condition, level: (level ?? undefined) as typeof condition.level })
        }
      />
      <TextInput
        label="Message contains"
        value={condition.text ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ ...condition, text: textOr(value) })}
      />
    </>
  );
}

function MeasureFields({ condition, onChange }: Of<'measure'>) {
  const limit = (which: 'min' | 'max', label: string) => (
    <NumberInput
      label={label}
      min={0}
      value={condition[which] ?? ''}
      onChange={(value) =>
        onChange({ ...condition, [which]: value === '' ? undefined : Number(value) })
      }
    />
  );
  return (
    <>
      <Select
        label="Measure"
        data={MEASURES}
        value={condition.measure}
        allowDeselect={false}
        onChange={(measure) =>
          measure && onChange({ ...condition, measure: measure as typeof condition.measure })
        }
      />
      <div className={styles.pair}>
        {limit('min', 'At least')}
        {limit('max', 'At most')}
      </div>
    </>
  );
}

function UrlFields({ condition, onChange }: Of<'url'>) {
  return (
    <>
      <Select
        label="Where"
        data={[
          { value: 'visited', label: 'Any page of the session' },
          { value: 'first', label: 'The page it began at' },
        ]}
        value={condition.where ?? 'visited'}
        allowDeselect={false}
        onChange={(where) => onChange({ ...condition, where: where as typeof condition.where })}
      />
      <Select
        label="Address"
        data={[
          { value: 'contains', label: 'contains' },
          { value: 'exact', label: 'is exactly' },
        ]}
        value={condition.match ?? 'contains'}
        allowDeselect={false}
        onChange={(match) => onChange({ ...condition, match: match as typeof condition.match })}
      />
      <TextInput
        label="Text"
        placeholder="/checkout"
        value={condition.value}
        onChange={({ currentTarget: { value } }) => onChange({ ...condition, value })}
      />
    </>
  );
}

function PropertyFields({ condition, onChange }: Of<'property'>) {
  const [draft, setDraft] = useState(() => draftFrom(condition.property as Filter));
  return (
    <>
      <ConditionRow
        condition={draft}
        attr="property"
        isFirst
        subjects="events"
        onRemove={() => setDraft(draftFrom({ key: '', type: 'person', value: [] } as Filter))}
        onChange={(next) => {
          setDraft(next);
          onChange({ ...condition, property: storedFrom(next) } as Condition);
        }}
      />
      <p className={styles.hint}>
        People, groups and cohorts as they are now; of events, what the pages of the session say:
        browser, system, country.
      </p>
    </>
  );
}

function ClientFields({ condition, onChange }: Of<'source' | 'library'>) {
  if (condition.kind === 'source') {
    return (
      <Select
        label="Recorded in"
        data={[
          { value: 'web', label: 'a browser' },
          { value: 'mobile', label: 'a mobile app' },
        ]}
        value={condition.source}
        allowDeselect={false}
        onChange={(source) => onChange({ ...condition, source: source as typeof condition.source })}
      />
    );
  }
  return (
    <>
      <TextInput
        label="SDK"
        value={condition.library}
        onChange={({ currentTarget: { value } }) => onChange({ ...condition, library: value })}
      />
      <TextInput
        label="Version"
        value={condition.version ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...condition, version: textOr(value) })
        }
      />
    </>
  );
}
