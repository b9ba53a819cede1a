// One condition set for one person: what was wanted, what the person has, and where they fall.
import { IconCheck, IconX } from '@tabler/icons-react';
import type { Filters, Group, Property } from 'serin/flags/flag';
import type { FlagTest } from '../api/evaluations.ts';
import { propertyWords } from '../targeting/condition-words.ts';
import type { Names } from '../targeting/names.ts';
import { formatPercent } from '../ui/format.ts';
import { StatusBadge, type Tone } from '../ui/status-badge.tsx';
import { actualWords, bucketWords, conditionWords, placeWords } from './evaluation-words.ts';
import styles from './flag-try.module.css';
import { PlaceBar } from './place-bar.tsx';
import { groupWords } from './words.ts';

type Condition = FlagTest['conditions'][number];
type Place = 'decided' | 'tried' | 'unreached';

type ExplainedSetProps = {
  readonly condition: Condition;
  readonly group: Group;
  readonly filters: Pick<Filters, 'aggregation_group_type_index'>;
  readonly names: Names;
  readonly place: Place;
};

const BADGES: Record<Place, readonly [tone: Tone, words: string]> = {
  decided: ['safe', 'Decides'],
  tried: ['neutral', 'Passed over'],
  unreached: ['neutral', 'Not reached'],
};

export function ExplainedSet({ condition, group, filters, names, place }: ExplainedSetProps) {
  const { index, code, properties, bucket, variant } = condition;
  const [tone, words] = BADGES[place];
  const isMatched = properties.every(({ matched }) => matched);
  return (
    <li className={`${styles.set} ${place === 'unreached' ? styles.unreached : ''}`}>
      <div className={styles.setHead}>
        <strong>Set {index + 1}</strong>
        <span className={styles.dim}>{groupWords(group, filters, names)}</span>
        <StatusBadge tone={tone} hollow={place !== 'decided'}>
          {words}
        </StatusBadge>
      </div>
      {properties.length > 0 && (
        <ul className={styles.properties}>
          {properties.map((property, row) => (
            <PropertyLine
              key={row}
              property={property}
              stored={group.properties?.[row]}
              names={names}
            />
          ))}
        </ul>
      )}
      {bucket === null && <p className={styles.dim}>{conditionWords(code, index)}</p>}
      {bucket && isMatched && (
        <>
          <PlaceBar
            position={bucket.position}
            parts={[[0, bucket.percentage]]}
            isIn={bucket.is_in}
          />
          <p className={styles.dim}>{bucketWords(bucket)}</p>
        </>
      )}
      {bucket?.is_in && isMatched && variant && <VariantLine variant={variant} />}
    </li>
  );
}

type PropertyLineProps = {
  readonly property: Condition['properties'][number];
  readonly stored: Property | undefined;
  readonly names: Names;
};

function PropertyLine({ property, stored, names }: PropertyLineProps) {
  const { matched, key } = property;
  return (
    <li>
      {matched ? (
        <IconCheck size={16} color="var(--s-safe)" aria-label="Holds" />
      ) : (
        <IconX size={16} color="var(--s-harm)" aria-label="Does not hold" />
      )}
      <span>{stored ? propertyWords(stored, names) : key}</span>
      <span className={styles.actual}>{actualWords(property)}</span>
    </li>
  );
}

function VariantLine({ variant }: { variant: NonNullable<Condition['variant']> }) {
  const { key, is_forced: isForced, from, to, position } = variant;
  if (isForced) return <p className={styles.dim}>This set always gives {key}.</p>;
  return (
    <>
      <PlaceBar position={position} parts={[[from, to]]} isIn />
      <p className={styles.dim}>
        {key === null
          ? `At ${placeWords(position, to)} of 100 among the variants, which is past the last one.`
          : `At ${placeWords(position, to)} of 100 among the variants: ${key} has ${formatPercent(from)} to ${formatPercent(to)}.`}
      </p>
    </>
  );
}
