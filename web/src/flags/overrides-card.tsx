// People for whom the flag is what somebody said, whatever its conditions say: added and taken back in one
// press, also while a rollout runs.
import { Button, Stack, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Override, overridesQuery } from '../api/flag-people.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { errorAt, errorElsewhere } from '../ui/field-errors.ts';
import { IconAction } from '../ui/icon-action.tsx';
import { Section } from '../ui/page.tsx';
import { QueryView } from '../ui/states.tsx';
import { toastError } from '../ui/toast.ts';
import { useGuardedOverride } from './use-guarded-override.ts';
import styles from './flag-relations.module.css';
import type { FlagPartProps } from './flag-part.ts';
import { firstOverride, OverrideValue, overrideWords } from './override-value.tsx';

export function OverridesCard({ flag, scope }: FlagPartProps) {
  const overrides = useQuery(overridesQuery(scope, flag.id));
  return (
    <Section
      title="For single people"
      lead={`Wins over everything else in ${scope.environment.name}.`}
    >
      <Stack gap="md">
        <QueryView query={overrides}>
          {({ results }) =>
            results.length > 0 && <OverrideList flag={flag} scope={scope} overrides={results} />
          }
        </QueryView>
        <NewOverride flag={flag} scope={scope} />
      </Stack>
    </Section>
  );
}

type ListProps = FlagPartProps & { readonly overrides: readonly Override[] };

function OverrideList({ flag, scope, overrides }: ListProps) {
  const change = useGuardedOverride(scope);
  return (
    <ul className={styles.overrides} aria-label="Overrides">
      {overrides.map(({ distinct_id: id, value }) => (
        <li key={id} className={styles.row}>
          <code className={styles.key}>{id}</code>
          <span className={styles.dim}>{overrideWords(value)}</span>
          <IconAction
            label={`Take back the override for ${id}`}
            size={24}
            isDisabled={change.isPending}
            onClick={() =>
              void change.set({ flag: flag.key, distinct_ids: [id], value: null }).catch(toastError)
            }
          >
            <IconX size={16} />
          </IconAction>
        </li>
      ))}
    </ul>
  );
}

function NewOverride({ flag, scope }: FlagPartProps) {
  const [id, setId] = useState('');
  const [value, setValue] = useState(firstOverride(flag));
  const change = useGuardedOverride(scope);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = { flag: flag.key, distinct_ids: [id.trim()], value };
    change.set(input).then(
      (isSet) => isSet && setId(''),
      () => {
        // The form shows it.
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <ErrorAlert error={errorElsewhere(change.error, ['distinct_ids.0', 'value'])} />
        <TextInput
          label="Distinct id"
          placeholder="ada@example.com"
          required
          withAsterisk={false}
          value={id}
          error={errorAt(change.error, 'distinct_ids.0') ?? errorAt(change.error, 'value')}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <OverrideValue flag={flag} label="Gets" value={value} onChange={setValue} />
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            Override
          </Button>
        </div>
      </Stack>
    </form>
  );
}
