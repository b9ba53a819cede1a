// What counts as a stop of a path, where paths begin and end, and what is left out.
import { Checkbox, Group, TagsInput, TextInput } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { EditorProps } from './editor.ts';
import type { PathsQuery } from './query.ts';
import { useTyped } from './use-typed.ts';

type Filter = PathsQuery['pathsFilter'];
type EventType = NonNullable<Filter['includeEventTypes']>[number];

const TYPES: readonly { readonly type: EventType; readonly label: string }[] = [
  { type: '$pageview', label: 'Page views' },
  { type: '$screen', label: 'Screens' },
  { type: 'custom_event', label: 'Other events' },
];

export function PathsEditor({ query, onChange }: EditorProps<PathsQuery>) {
  const filter = query.pathsFilter;
  const set = (change: Filter) => onChange({ ...query, pathsFilter: { ...filter, ...change } });
  const chosen = filter.includeEventTypes ?? TYPES.map(({ type }) => type);
  return (
    <>
      <Checkbox.Group
        label="Stops"
        value={[...chosen]}
        error={useFieldError('pathsFilter.includeEventTypes')}
        onChange={(types) => types.length > 0 && set({ includeEventTypes: types as EventType[] })}
      >
        <Group gap="md" mt={6}>
          {TYPES.map(({ type, label }) => (
            <Checkbox key={type} value={type} label={label} />
          ))}
        </Group>
      </Checkbox.Group>
      <Group grow gap="sm" align="flex-start">
        <PointInput
          label="From"
          point={filter.startPoint ?? ''}
          error={useFieldError('pathsFilter.startPoint')}
          onChange={(startPoint) => set({ startPoint })}
        />
        <PointInput
          label="To"
          point={filter.endPoint ?? ''}
          error={useFieldError('pathsFilter.endPoint')}
          onChange={(endPoint) => set({ endPoint })}
        />
      </Group>
      <TagsInput
        label="Left out"
        placeholder={filter.excludeEvents?.length ? '' : 'Stops that do not count'}
        value={[...(filter.excludeEvents ?? [])]}
        error={useFieldError('pathsFilter.excludeEvents')}
        acceptValueOnBlur
        splitChars={[]}
        onChange={(excludeEvents) => set({ excludeEvents })}
      />
    </>
  );
}

type PointInputProps = {
  readonly label: string;
  readonly point: string;
  readonly error: string | undefined;
  readonly onChange: (point: string | undefined) => void;
};

function PointInput({ label, point, error, onChange }: PointInputProps) {
  const [text, setText] = useTyped(point);
  const send = () => {
    if (text.trim() !== point) onChange(text.trim() || undefined);
  };
  return (
    <TextInput
      label={label}
      placeholder="any stop, or /cart"
      value={text}
      error={error}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={send}
      onKeyDown={(event) => event.key === 'Enter' && send()}
    />
  );
}
