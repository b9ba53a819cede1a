// Two environments side by side: which flags differ and in what, and taking them over from one to the other.
import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconArrowsExchange, IconEqual } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type Difference, differencesQuery, type Pair } from '../api/environments.ts';
import { type Environment, type Scope, useScope } from '../api/session.ts';
import { plural } from '../ui/format.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { DifferingFlag } from './differing-flag.tsx';
import styles from './environments.module.css';
import { PromoteBar } from './promote-bar.tsx';

/** The two that are compared: as the address says, else the chosen one with the next. */
function usePair(scope: Scope): { from: Environment; to: Environment } | null {
  const search = useSearch({ from: '/app/environments/compare' });
  const { environments } = scope.project;
  const find = (key: string | undefined) => environments.find((one) => one.key === key);
  const to = find(search.to) ?? find('production') ?? environments[0];
  const from = find(search.from) ?? environments.find(({ id }) => id !== to?.id);
  return from && to && from.id !== to.id ? { from, to } : null;
}

function Compare() {
  const scope = useScope();
  const pair = usePair(scope);
  return (
    <Page>
      <PageHeader
        title="Compare environments"
        lead="What differs between two environments, flag by flag, and taking it over."
        back={{ to: '/feature-flags', label: 'Flags' }}
      />
      {pair ? (
        <Compared key={`${pair.from.key} ${pair.to.key}`} scope={scope} {...pair} />
      ) : (
        <Section>
          <EmptyState icon={<IconEqual size={24} />} title="Nothing to compare">
            Choose two different environments; the settings make more of them.
          </EmptyState>
        </Section>
      )}
    </Page>
  );
}

type SideProps = { readonly from: Environment; readonly to: Environment };

function Compared({ scope, from, to }: SideProps & { scope: Scope }) {
  const { flag: only } = useSearch({ from: '/app/environments/compare' });
  const pair: Pair = { from: from.key, to: to.key };
  const differences = useQuery(differencesQuery(scope, pair));
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const choose = (id: number, isChosen: boolean) =>
    setChosen((current) => {
      const next = new Set(current);
      if (isChosen) next.add(id);
      else next.delete(id);
      return next;
    });
  const shown = (all: readonly Difference[]) =>
    only === undefined ? all : all.filter(({ key }) => key === only);
  return (
    <>
      <PairChoice scope={scope} from={from} to={to} />
      <QueryView query={differences}>
        {({ results }) => (
          <>
            <Section
              title={
                only === undefined
                  ? `${plural(results.length, 'flag differs', 'flags differ')}`
                  : only
              }
              flush
            >
              {shown(results).length === 0 ? (
                <EmptyState icon={<IconEqual size={24} />} title="No difference">
                  {only ?? 'Every flag'} is the same in {from.name} and {to.name}.
                </EmptyState>
              ) : (
                <ul className={styles.flags}>
                  {shown(results).map((difference) => (
                    <DifferingFlag
                      key={difference.id}
                      scope={scope}
                      from={from}
                      to={to}
                      difference={difference}
                      isOpenAtFirst={only !== undefined}
                      isChosen={chosen.has(difference.id)}
                      onChoose={(isChosen) => choose(difference.id, isChosen)}
                    />
                  ))}
                </ul>
              )}
            </Section>
            <PromoteBar
              scope={scope}
              from={from}
              to={to}
              chosen={results.filter(({ id }) => chosen.has(id))}
              onDone={() => setChosen(new Set())}
            />
          </>
        )}
      </QueryView>
    </>
  );
}

function PairChoice({ scope, from, to }: SideProps & { scope: Scope }) {
  const navigate = useNavigate({ from: '/environments/compare' });
  const choose = (pair: Partial<Pair>) =>
    void navigate({
      search: (current) => ({ ...current, from: from.key, to: to.key, ...pair }),
      replace: true,
    });
  const names = scope.project.environments.map(({ key, name }) => ({ value: key, label: name }));
  /** Choosing what stands on the other side swaps the two. */
  const pick = (side: 'from' | 'to', key: string | null) => {
    if (key === null) return;
    const other = side === 'from' ? to : from;
    if (other.key === key) choose({ from: to.key, to: from.key });
    else choose({ [side]: key });
  };
  return (
    <div className={styles.pair}>
      <Select
        label="From"
        data={names}
        value={from.key}
        allowDeselect={false}
        onChange={(key) => pick('from', key)}
      />
      <Tooltip label="The other way round">
        <ActionIcon
          variant="default"
          size={34}
          aria-label="The other way round"
          onClick={() => choose({ from: to.key, to: from.key })}
        >
          <IconArrowsExchange size={17} />
        </ActionIcon>
      </Tooltip>
      <Select
        label="To"
        data={names}
        value={to.key}
        allowDeselect={false}
        onChange={(key) => pick('to', key)}
      />
    </div>
  );
}

export const compareRoute = createLazyRoute('/app/environments/compare')({ component: Compare });
