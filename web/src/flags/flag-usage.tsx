// How the flag is used: which values, how often, by which SDKs, when code last asked for it, and what goes wrong with it.
import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type FlagUsage as Usage, usageQuery } from '../api/flag-upkeep.ts';
import { colorOf } from '../charts/palette.ts';
import { FlagErrors } from '../errors/flag-errors.tsx';
import { AnnotatedChart } from '../insights/annotated-chart.tsx';
import { formatNumber } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import type { FlagPartProps } from './flag-part.ts';
import styles from './flag-usage.module.css';
import { hasVariant, usageAxis, valueColor, valueOrder } from './usage-words.ts';

const SPANS = [
  { value: '1', label: '24 h' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
];
const SOURCES = [
  { value: 'reports', label: 'Asked for by code' },
  { value: 'answers', label: 'Answered' },
];
const LEADS = {
  reports: 'What SDKs report of code that asked for this flag, wherever it was evaluated.',
  answers: 'Values that Serin gave, also to clients that ask for all flags at once.',
} as const;
type Source = keyof typeof LEADS;
/** Whoever asks for all flags at once may use none of them. */
const NEVER_CALLED: Record<Source, string> = {
  reports: 'No code has asked for it yet, as far as Serin knows.',
  answers: 'Given with all flags at once; no code is known to have asked for this one.',
};

export function FlagUsage({ flag, scope }: FlagPartProps) {
  const [days, setDays] = useState('7');
  const [source, setSource] = useState<Source>('reports');
  const usage = useQuery(usageQuery(scope, flag, Number(days)));
  return (
    <Stack gap="lg">
      <Section title="Usage" lead={LEADS[source]}>
        <Group gap="sm" mb="md" justify="space-between">
          <SegmentedControl
            aria-label="What is counted"
            data={SOURCES}
            value={source}
            onChange={(value) => setSource(value as Source)}
          />
          <SegmentedControl aria-label="Span" data={SPANS} value={days} onChange={setDays} />
        </Group>
        <QueryView query={usage} loading={<LoadingBlock height={260} />}>
          {(data) => <Counted usage={data} source={source} flag={flag} scope={scope} />}
        </QueryView>
      </Section>
      <FlagErrors scope={scope} flagKey={flag.key} />
    </Stack>
  );
}

const total = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0);

type CountedProps = FlagPartProps & { readonly usage: Usage; readonly source: Source };

function Counted({ usage, source, flag, scope }: CountedProps) {
  const { series, sdks } = usage[source];
  const lastCalled = (
    <Text c="dimmed" size="sm">
      {usage.last_called_at === null ? (
        NEVER_CALLED[source]
      ) : (
        <>
          Code last asked for it <Time at={usage.last_called_at} />.
        </>
      )}
    </Text>
  );
  if (series.length === 0) {
    return (
      <>
        {lastCalled}
        <EmptyState icon={<IconChartBar size={24} stroke={1.6} />} title="Nothing counted">
          Counts appear about a minute after code has asked.
        </EmptyState>
      </>
    );
  }
  const isMultivariate = hasVariant(series);
  const shown = valueOrder(series).map(({ value, counts }, place) => ({
    key: value,
    name: value,
    values: counts,
    color: valueColor(value, place, isMultivariate),
    isPrevious: false,
  }));
  const { days, interval, span } = usageAxis(usage);
  return (
    <div className={styles.stack}>
      {lastCalled}
      <AnnotatedChart
        label={`Counts by value. ${shown.map(({ name, values }) => `${name}: ${formatNumber(total(values))}`).join('; ')}`}
        lines={shown}
        days={days}
        interval={interval}
        shape="bar"
        span={span}
        scope={scope}
        flag={flag.key}
        openFrom={days.length - 1}
        format={formatNumber}
      />
      <div className={styles.totals}>
        <ul className={styles.list} aria-label="By value">
          {shown.map(({ name, values, color }) => (
            <li key={name}>
              <span className={`${styles.mark} ${colorOf(color)}`} aria-hidden />
              <code>{name}</code>
              <span className={styles.count}>{formatNumber(total(values))}</span>
            </li>
          ))}
        </ul>
        <ul className={styles.list} aria-label="By SDK">
          {sdks.map(({ sdk, count }) => (
            <li key={sdk}>
              {sdk}
              <span className={styles.count}>{formatNumber(count)}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
