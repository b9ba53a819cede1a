// Who has come, and with which variant: the panel with the people behind its numbers.
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Experiment, Results } from '../api/experiments.ts';
import { flagQuery } from '../api/flags.ts';
import type { ActorsSource } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import type { Picked } from '../insights/editor.ts';
import { PeopleDrawer } from '../insights/people-drawer.tsx';
import { Time } from '../ui/time.tsx';
import { ExposuresPanel } from './exposures-panel.tsx';

type ExposedPeopleProps = {
  readonly experiment: Experiment;
  readonly results: Results;
  readonly scope: Scope;
};

export function ExposedPeople({ experiment, results, scope }: ExposedPeopleProps) {
  const [picked, setPicked] = useState<Picked | null>(null);
  return (
    <>
      <ExposuresPanel
        experiment={experiment}
        results={results}
        onPick={(key) => setPicked(peopleWith(experiment, key))}
        whyNobody={<LastCalled experiment={experiment} scope={scope} />}
      />
      <PeopleDrawer picked={picked} scope={scope} canKeep onClose={() => setPicked(null)} />
    </>
  );
}

type LastCalledProps = Pick<ExposedPeopleProps, 'experiment' | 'scope'>;

/** Whether code asks for the flag at all, whatever it is given. */
function LastCalled({ experiment: { feature_flag: flag }, scope }: LastCalledProps) {
  const { data } = useQuery(flagQuery(scope, String(flag.id)));
  if (!data) return null;
  return (
    <Text size="sm" c="dimmed">
      {data.last_called_at ? (
        <>
          Code last asked for the flag <Time at={data.last_called_at} />, in whichever way it was
          answered:{' '}
        </>
      ) : (
        'No code has asked for the flag yet, as far as Serin knows: '
      )}
      <Link to="/feature-flags/$flagId" params={{ flagId: String(flag.id) }}>
        see how it is used
      </Link>
    </Text>
  );
}

function peopleWith(experiment: Experiment, variant: string): Picked {
  const { feature_flag_key: flagKey, exposure_criteria: criteria } = experiment;
  const own = criteria['exposure_config'] as { event?: string } | undefined;
  const is = (key: string, value: string) => ({
    key,
    type: 'event' as const,
    operator: 'exact' as const,
    value: [value],
  });
  const properties = own?.event
    ? [is(`$feature/${flagKey}`, variant)]
    : [is('$feature_flag', flagKey), is('$feature_flag_response', variant)];
  const source = {
    kind: 'InsightActorsQuery',
    source: {
      kind: 'TrendsQuery',
      series: [
        {
          kind: 'EventsNode',
          event: own?.event ?? '$feature_flag_called',
          math: 'dau',
          properties,
        },
      ],
      dateRange: {
        date_from: experiment.start_date ?? '-30d',
        ...(experiment.end_date ? { date_to: experiment.end_date } : {}),
      },
      trendsFilter: { display: 'BoldNumber' },
    },
    series: 0,
  } as ActorsSource;
  return { title: `${experiment.name}: ${variant}`, source };
}
