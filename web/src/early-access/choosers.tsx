// Who has chosen a feature, and who has chosen to be without it, page by page.
import { SegmentedControl, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Choice, choosersQuery, type Feature } from '../api/flag-people.ts';
import type { Scope } from '../api/session.ts';
import { FIRST_SEEN_COLUMN, PERSON_COLUMN } from '../people/person-columns.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatNumber } from '../ui/format.ts';
import { Pager } from '../ui/pager.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';

const PAGE_ROWS = 25;

const COLUMNS = [PERSON_COLUMN, FIRST_SEEN_COLUMN];

export type AskedChoosers = { readonly feature: Feature; readonly choice: Choice };

type ChoosersProps = {
  readonly scope: Scope;
  readonly asked: AskedChoosers | null;
  readonly onClose: () => void;
};

export function Choosers({ scope, asked, onClose }: ChoosersProps) {
  const title = asked ? `Who has chosen ${asked.feature.name} in ${scope.environment.name}` : '';
  return (
    <Dialog opened={asked !== null} onClose={onClose} title={title} size="lg">
      {asked && <ChooserList scope={scope} {...asked} />}
    </Dialog>
  );
}

function ChooserList({ scope, feature, choice: first }: AskedChoosers & { readonly scope: Scope }) {
  const [choice, setChoice] = useState(first);
  const [offset, setOffset] = useState(0);
  const page = { choice, limit: PAGE_ROWS, offset };
  const people = useQuery({
    ...choosersQuery(scope, feature.id, page),
    placeholderData: keepPreviousData,
  });
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label="Which choice"
        data={[
          { value: 'in', label: `Opted in (${formatNumber(feature.opted_in_count)})` },
          { value: 'out', label: `Opted out (${formatNumber(feature.opted_out_count)})` },
        ]}
        value={choice}
        onChange={(next) => {
          setChoice(next as Choice);
          setOffset(0);
        }}
      />
      <QueryView query={people}>
        {({ results, count }) =>
          results.length === 0 ? (
            <EmptyState title={choice === 'in' ? 'Nobody has opted in' : 'Nobody has opted out'}>
              Choices appear as people make them in your app.
            </EmptyState>
          ) : (
            <div>
              <DataTable
                label="People who have chosen"
                columns={COLUMNS}
                rows={results}
                rowKey={({ id }) => id}
              />
              {count > PAGE_ROWS && (
                <Pager
                  offset={offset}
                  shown={results.length}
                  count={count}
                  pageRows={PAGE_ROWS}
                  onChange={setOffset}
                />
              )}
            </div>
          )
        }
      </QueryView>
    </Stack>
  );
}
