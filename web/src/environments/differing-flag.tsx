// One flag that differs: in what, and on demand both sides in words and as JSON.
import { Button, Checkbox, Collapse, SegmentedControl } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconRoute } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { comparisonQuery, type Difference, type FlagComparison } from '../api/environments.ts';
import type { Environment, Scope } from '../api/session.ts';
import { Summary } from '../flags/summary.tsx';
import { summarySentences } from '../flags/words.ts';
import { useNames } from '../targeting/use-names.ts';
import { joinWords } from '../ui/format.ts';
import { JsonDiff } from '../ui/json-diff.tsx';
import { LoadingRows, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { EnvironmentMark } from './environment-mark.tsx';
import styles from './environments.module.css';
import { PART_WORDS } from './part-words.ts';

type DifferingFlagProps = {
  readonly scope: Scope;
  readonly from: Environment;
  readonly to: Environment;
  readonly difference: Difference;
  readonly isOpenAtFirst: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
};

export function DifferingFlag(props: DifferingFlagProps) {
  const { difference, isChosen, onChoose, from, to } = props;
  const { id, key, parts, rollout_id: rolloutId } = difference;
  const [isOpen, setOpen] = useState(props.isOpenAtFirst);
  return (
    <li className={styles.flag}>
      <div className={styles.flagHead}>
        <Checkbox
          aria-label={`Take ${key} over`}
          checked={isChosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
        <Link
          to="/feature-flags/$flagId"
          params={{ flagId: String(id) }}
          className={styles.flagKey}
        >
          {key}
        </Link>
        <span className={styles.flagParts}>
          {joinWords(parts.map((part) => PART_WORDS[part].toLowerCase()))}
        </span>
        <span className={styles.flagEnd}>
          {rolloutId !== null && (
            <Link
              to="/rollouts/$rolloutId"
              params={{ rolloutId }}
              title={`A rollout in ${to.name}`}
            >
              <IconRoute size={16} aria-label={`A rollout moves it in ${to.name}`} />
            </Link>
          )}
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={isOpen}
            aria-label={`Show ${key} in ${from.name} and ${to.name}`}
            leftSection={isOpen ? <IconChevronDown size={15} /> : <IconChevronRight size={15} />}
            onClick={() => setOpen(!isOpen)}
          >
            Show
          </Button>
        </span>
      </div>
      <Collapse expanded={isOpen}>{isOpen && <Detail {...props} />}</Collapse>
    </li>
  );
}

function Detail({ scope, from, to, difference }: DifferingFlagProps) {
  const pair = { from: from.key, to: to.key };
  const comparison = useQuery(comparisonQuery(scope, pair, difference.id, difference.parts));
  const [form, setForm] = useState('words');
  return (
    <div className={styles.detail}>
      <SegmentedControl
        aria-label="How it is shown"
        size="xs"
        data={[
          { value: 'words', label: 'In words' },
          { value: 'json', label: 'As JSON' },
        ]}
        value={form}
        onChange={setForm}
        style={{ alignSelf: 'start' }}
      />
      <QueryView query={comparison} loading={<LoadingRows rows={2} />}>
        {(flag) =>
          form === 'words' ? (
            <div className={styles.sides}>
              <Side environment={from} side={flag.from} />
              <Side environment={to} side={flag.to} />
            </div>
          ) : (
            <div>
              <p className={styles.subhead}>
                From {to.name} (−) to {from.name} (+)
              </p>
              <JsonDiff before={served(flag.to)} after={served(flag.from)} />
            </div>
          )
        }
      </QueryView>
    </div>
  );
}

const served = ({ active, filters }: FlagComparison['from']) => ({ active, filters });

type SideProps = { readonly environment: Environment; readonly side: FlagComparison['from'] };

function Side({ environment, side }: SideProps) {
  const names = useNames();
  const payloads = Object.entries(side.filters.payloads ?? {});
  return (
    <div className={styles.side}>
      <h3>
        <EnvironmentMark color={environment.color} /> {environment.name}
        <StatusBadge tone={side.active ? 'safe' : 'neutral'} hollow={!side.active}>
          {side.active ? 'On' : 'Off'}
        </StatusBadge>
      </h3>
      <Summary sentences={summarySentences(side.filters, true, names)} />
      {payloads.map(([key, payload]) => (
        <p key={key} className={styles.note}>
          Payload of {key}: <code>{payload}</code>
        </p>
      ))}
    </div>
  );
}
