// Why a recording was found: what of the filter happened in it, each a link to the moment.
import { Link } from '@tanstack/react-router';
import type { ListedRecording } from '../api/recordings.ts';
import { formatDuration, formatNumber } from '../ui/format.ts';
import { useNames } from '../targeting/use-names.ts';
import { conditionWords } from './condition-words.ts';
import { openingAt, type RecordingFilter } from './filter.ts';
import styles from './recordings.module.css';

type MatchesProps = {
  readonly recording: ListedRecording;
  readonly filter: RecordingFilter;
  /** The filter in the address of the player, which goes on with the list. */
  readonly text: string | undefined;
};

const FLAG_KINDS: ReadonlySet<string> = new Set(['flag_called', 'flag_value', 'flag_changed']);

export function Matches({ recording, filter, text }: MatchesProps) {
  const names = useNames();
  if (recording.matches.length === 0) return null;
  return (
    <span className={styles.matches}>
      {recording.matches.map(({ condition: place, count, offsets_ms: offsets, value }) => {
        const condition = filter.conditions?.[place];
        if (!condition) return null;
        const isOfFlag = FLAG_KINDS.has(condition.kind) && 'flag' in condition;
        const words = isOfFlag ? `${condition.flag}: ${value}` : conditionWords(condition, names);
        const [first] = offsets;
        const times = count > 1 && !isOfFlag ? ` ${formatNumber(count)} ×` : '';
        if (first === undefined) {
          return (
            <span key={place} className={styles.found}>
              {words}
              {times}
            </span>
          );
        }
        return (
          <Link
            key={place}
            to="/replay/$sessionId"
            params={{ sessionId: recording.id }}
            search={{ t: openingAt(first), filter: text }}
            className={styles.found}
          >
            {words}
            {times} at {formatDuration(Math.floor(first / 1000))}
          </Link>
        );
      })}
    </span>
  );
}
