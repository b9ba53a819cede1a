// What every active flag is for one person, and why; forced to be something else in one press.
import { Button, Group, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { personFlagsQuery } from '../api/flag-people.ts';
import { flagsQuery } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { overrideWords } from '../flags/override-value.tsx';
import { useGuardedOverride } from '../flags/use-guarded-override.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { toastError } from '../ui/toast.ts';
import { FLAG_COLUMN, type FlagRow, VALUE_COLUMN } from './person-flag-columns.tsx';
import { reasonWords } from './reason-words.ts';

type Props = { readonly scope: Scope; readonly distinctIds: readonly string[] };

/** As many ids as one override takes. */
const MAX_IDS = 100;

export function PersonFlagsSection({ scope, distinctIds }: Props) {
  const flags = useQuery(personFlagsQuery(scope, distinctIds[0] ?? ''));
  const columns = useColumns(scope, distinctIds.slice(0, MAX_IDS));
  return (
    <Section title="Flags" lead={`What they get in ${scope.environment.name} now.`} flush>
      <QueryView query={flags}>
        {(byKey) => {
          const rows = Object.entries(byKey).map(([key, flag]) => ({ ...flag, key }));
          if (rows.length === 0)
            return <EmptyState title="No active flags">Switch one on to see it here.</EmptyState>;
          return (
            <DataTable label="Flags" columns={columns} rows={rows} rowKey={({ key }) => key} />
          );
        }}
      </QueryView>
    </Section>
  );
}

type BecauseProps = { readonly row: FlagRow; readonly distinctId: string };

/** Why in a few words, and the way to every step. */
function Because({ row: { key, evaluation }, distinctId }: BecauseProps) {
  return (
    <>
      {reasonWords(evaluation)}{' '}
      <Link
        to="/feature-flags/$flagId"
        params={{ flagId: key }}
        search={{ tab: 'try', person: distinctId }}
        aria-label={`Why ${key} is so`}
      >
        Why?
      </Link>
    </>
  );
}

function useColumns(scope: Scope, distinctIds: readonly string[]): readonly Column<FlagRow>[] {
  const override = useGuardedOverride(scope);
  const flags = useQuery(flagsQuery(scope));
  const variantsOf = (key: string) =>
    flags.data?.results.find((flag) => flag.key === key)?.filters.multivariate?.variants ?? [];
  const force = (flag: string, value: boolean | string | null) =>
    void override.set({ flag, distinct_ids: distinctIds, value }).catch(toastError);
  return [
    FLAG_COLUMN,
    VALUE_COLUMN,
    {
      title: 'Because',
      nameNarrow: true,
      cell: (row) => <Because row={row} distinctId={distinctIds[0] ?? ''} />,
    },
    {
      title: 'Override',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: ({ key, evaluation }) => {
        const variants = variantsOf(key);
        const values =
          variants.length > 0 ? [...variants.map((variant) => variant.key), false] : [true, false];
        return (
          <Group gap={4} wrap="nowrap" justify="flex-end">
            {evaluation.forced_by === 'override' && (
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={`Take back the override of ${key}`}
                onClick={() => force(key, null)}
              >
                Take back
              </Button>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="subtle" size="compact-sm" aria-label={`Override ${key}`}>
                  Override
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {values.map((value) => (
                  <Menu.Item key={String(value)} onClick={() => force(key, value)}>
                    {overrideWords(value)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </Group>
        );
      },
    },
  ];
}
