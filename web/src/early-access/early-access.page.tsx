// Features that people may opt in to before everybody gets them.
import { Anchor, Button } from '@mantine/core';
import { IconPlus, IconSparkles } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Feature, featuresQuery, useRemoveFeature } from '../api/flag-people.ts';
import { useScope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { formatNumber } from '../ui/format.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { toastError } from '../ui/toast.ts';
import { type AskedChoosers, Choosers } from './choosers.tsx';
import { FeatureDialog } from './feature-form.tsx';
import { STAGE_WORDS } from './stage-words.ts';
import { useGuardedFeature } from './use-guarded-feature.ts';

function columnsFor(
  onChoosers: (asked: AskedChoosers) => void,
  onEdit: (feature: Feature) => void,
  onRemove: (feature: Feature) => void,
): readonly Column<Feature>[] {
  return [
    {
      title: 'Feature',
      lead: true,
      cell: ({ name, description }) => (
        <>
          <strong>{name}</strong>
          {description && <div>{description}</div>}
        </>
      ),
    },
    {
      title: 'Stage',
      shrink: true,
      cell: ({ stage }) => (
        <StatusBadge tone={stage === 'archived' ? 'neutral' : 'safe'} hollow={stage === 'concept'}>
          {STAGE_WORDS[stage].label}
        </StatusBadge>
      ),
    },
    {
      title: 'Flag',
      nameNarrow: true,
      cell: ({ feature_flag: { key } }) => (
        <Link to="/feature-flags/$flagId" params={{ flagId: key }}>
          {key}
        </Link>
      ),
    },
    {
      title: 'Opted in',
      shrink: true,
      align: 'end',
      nameNarrow: true,
      cell: (feature) => <Chosen feature={feature} choice="in" onOpen={onChoosers} />,
    },
    {
      title: 'Opted out',
      shrink: true,
      align: 'end',
      nameNarrow: true,
      cell: (feature) => <Chosen feature={feature} choice="out" onOpen={onChoosers} />,
    },
    actionsColumn(
      (feature) => [
        { label: 'Change', name: `Change ${feature.name}`, onClick: () => onEdit(feature) },
        {
          label: 'Remove',
          name: `Remove ${feature.name}`,
          tone: 'harm',
          onClick: () => onRemove(feature),
        },
      ],
      { shrink: true },
    ),
  ];
}

type ChosenProps = AskedChoosers & { readonly onOpen: (asked: AskedChoosers) => void };

/** How many have chosen so; opens who. */
function Chosen({ feature, choice, onOpen }: ChosenProps) {
  const count = choice === 'in' ? feature.opted_in_count : feature.opted_out_count;
  return (
    <Anchor
      component="button"
      type="button"
      underline="always"
      aria-label={`${formatNumber(count)} opted ${choice}, of ${feature.name}`}
      onClick={() => onOpen({ feature, choice })}
    >
      {formatNumber(count)}
    </Anchor>
  );
}

function EarlyAccess() {
  const scope = useScope();
  const features = useQuery(featuresQuery(scope));
  const [edited, setEdited] = useState<Feature | 'new' | null>(null);
  const [asked, setAsked] = useState<AskedChoosers | null>(null);
  const confirm = useConfirm();
  const remove = useRemoveFeature(scope);
  const run = useGuardedFeature(scope);
  const onRemove = async ({ id, name, feature_flag: flag }: Feature) => {
    const isSure = await confirm({
      title: `Remove ${name}?`,
      body: 'Its flag stays and goes by its own conditions; what people chose no longer counts.',
      action: 'Remove',
      tone: 'harm',
    });
    if (!isSure) return;
    const send = (why: { readonly reason?: string }) => remove.mutateAsync({ id, ...why });
    await run({ send, flagId: flag.id, name, isEnrolling: false }).catch(toastError);
  };
  return (
    <Page>
      <PageHeader
        title="Early access"
        lead="Let people try a feature before everybody gets it."
        actions={
          <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
            New feature
          </Button>
        }
      />
      <Section flush>
        <QueryView query={features}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState
                icon={<IconSparkles size={24} stroke={1.6} />}
                title="Nothing to opt in to"
              >
                posthog-js lists what is here and tells Serin who wants it.
              </EmptyState>
            ) : (
              <DataTable
                label="Early-access features"
                columns={columnsFor(setAsked, setEdited, (feature) => void onRemove(feature))}
                rows={results}
                rowKey={({ id }) => id}
              />
            )
          }
        </QueryView>
      </Section>
      <Choosers scope={scope} asked={asked} onClose={() => setAsked(null)} />
      <FeatureDialog
        scope={scope}
        feature={edited === 'new' ? null : edited}
        isOpen={edited !== null}
        onClose={() => setEdited(null)}
      />
    </Page>
  );
}

export const earlyAccessRoute = createLazyRoute('/app/early-access')({ component: EarlyAccess });
