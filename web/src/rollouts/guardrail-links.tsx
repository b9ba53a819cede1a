// From a guardrail to what is behind it: its event over time by what people have of the flag, and the people
// themselves, arm by arm.
import { Button, Group } from '@mantine/core';
import { IconChartLine, IconUsers } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { Rollout } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { RecordingsLink } from '../replay/recordings-link.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { formatNumber } from '../ui/format.ts';
import { armsOf, eventInQuestion, peopleOf, recordingsOf } from './guardrail-behind.ts';
import { guardrailTitle, valueWords } from './guardrail-words.ts';
import { type GuardrailLook, unitsOf } from './rollout-words.ts';

/** Loaded when somebody asks for people. */
const PeopleDrawer = lazy(async () => {
  const module = await import('../insights/people-drawer.tsx');
  return { default: module.PeopleDrawer };
});

type GuardrailLinksProps = {
  readonly guardrail: GuardrailLook;
  readonly rollout: Rollout;
  readonly scope: Scope;
};

/** Nothing where no event of people says what happened. */
export function GuardrailLinks({ guardrail, rollout, scope }: GuardrailLinksProps) {
  const [isOpen, setOpen] = useState(false);
  const { behind } = guardrail;
  if (!behind) return null;
  const since = rollout.stage_entered_at ?? rollout.created_at;
  const arms = armsOf(rollout).map(({ label, values }) => ({
    label,
    arm: { flag: rollout.flag_key, values, since },
  }));
  const views = arms.map(({ label, arm }) => ({ label, source: peopleOf(behind, arm) }));
  const [first] = views;
  return (
    <Group gap={4} ml={-10}>
      <LinkButton
        to="/insights/new"
        search={{ flag: rollout.flag_key, since, events: eventInQuestion(behind) }}
        variant="subtle"
        size="compact-sm"
        leftSection={<IconChartLine size={15} stroke={1.7} />}
      >
        {guardrail.event} by variant
      </LinkButton>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconUsers size={15} stroke={1.7} />}
        onClick={() => setOpen(true)}
      >
        {hitWords(guardrail)}
      </Button>
      {arms.map(({ label, arm }) => (
        <RecordingsLink
          key={label}
          filter={recordingsOf(behind, arm)}
          name={`Recordings ${label.toLowerCase()}`}
          isSubtle
        />
      ))}
      {isOpen && first && (
        <Suspense>
          <PeopleDrawer
            picked={{
              title: `${guardrailTitle(guardrail, unitsOf(rollout))}, in this stage`,
              source: first.source,
              views,
            }}
            scope={scope}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </Group>
  );
}

/** Of durations only the slow ones count; where less is harm, those who did not are looked for. */
function hitWords({ event, threshold, behind, treatment, control }: GuardrailLook): string {
  const numbers = ({ people, affected }: GuardrailLook['treatment']) =>
    formatNumber(behind?.is_missing === true ? people - affected : affected);
  const both = `(${numbers(treatment)} and ${numbers(control)})`;
  if (threshold !== null && threshold > 0)
    return `People who waited over ${valueWords('ms', threshold)} ${both}`;
  return `People ${behind?.is_missing === true ? 'without' : 'with'} ${event} ${both}`;
}
