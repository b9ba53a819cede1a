// The answer to a question about paths: stops as bars, ways as bands between them.
import { useMemo } from 'react';
import { formatDuration, formatNumber, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Pressable } from '../ui/pressable.tsx';
import { EmptyState } from '../ui/states.tsx';
import { AnswerTable } from './answer-table.tsx';
import type { Picked, ViewProps } from './editor.ts';
import { bandPath, layoutOf, type PathEdge, type Stop, stopOf } from './path-layout.ts';
import styles from './paths.module.css';
import type { PathsQuery } from './query.ts';

/** Of a column with its bands, and of a stop, in pixels. */
const COLUMN_WIDTH = 220;
const STOP_WIDTH = 12;

export function PathsView({ query, answer, title, onPick }: ViewProps<PathsQuery>) {
  const edges = answer.results as readonly PathEdge[];
  const layout = useMemo(() => layoutOf(edges), [edges]);
  if (edges.length === 0) {
    return (
      <Section>
        <EmptyState title="Nobody went anywhere">
          No two stops follow each other in this range. Choose a longer one, or other stops.
        </EmptyState>
      </Section>
    );
  }
  const width = layout.columns * COLUMN_WIDTH;
  const left = (stop: Stop) => stop.column * COLUMN_WIDTH;
  return (
    <>
      <Section>
        <div className={styles.scroll} tabIndex={0} role="region" aria-label="Paths">
          <div className={styles.canvas} style={{ width, height: layout.height + 8 }}>
            <svg
              width={width}
              height={layout.height + 8}
              role="img"
              aria-label={`${title}: ${plural(edges.length, 'way')} between stops. The table below has the numbers.`}
            >
              {layout.bands.map((band) => (
                <path
                  key={`${band.edge.source} ${band.edge.target}`}
                  className={styles.band}
                  d={bandPath(band, left(band.from) + STOP_WIDTH, left(band.to))}
                >
                  <title>{edgeWords(band.edge)}</title>
                </path>
              ))}
            </svg>
            {layout.stops.map((stop) => (
              <Pressable
                key={stop.key}
                className={styles.stop}
                style={{ left: left(stop), top: stop.top - 20, width: COLUMN_WIDTH - 28 }}
                title={`${stop.name}: ${plural(stop.value, 'path')}`}
                onPress={onPick && (() => onPick(peopleAt(query, stop)))}
              >
                <span className={styles.name}>{stop.name}</span>
                <span className={styles.count}>{formatNumber(stop.value)}</span>
                <span className={styles.bar} style={{ height: stop.height, width: STOP_WIDTH }} />
              </Pressable>
            ))}
          </div>
        </div>
      </Section>
      <AnswerTable
        title={title}
        {...pathsTable(edges, onPick && ((edge) => onPick(peopleOn(query, edge))))}
      />
    </>
  );
}

function edgeWords({ source, target, value, average_conversion_time: ms }: PathEdge): string {
  const [from, to] = [stopOf(source).name, stopOf(target).name];
  return `${from} → ${to}: ${plural(value, 'path')}, ${formatDuration(ms / 1000)} on average`;
}

const asking = (query: PathsQuery, filter: PathsQuery['pathsFilter']): Picked['source'] => ({
  kind: 'InsightActorsQuery',
  source: { ...query, pathsFilter: { ...query.pathsFilter, ...filter } },
});

/** Who came to a stop; at the first step, who left it for another. */
function peopleAt(query: PathsQuery, { key, name, column }: Stop): Picked {
  const end = column === 0 ? { pathStartKey: key } : { pathEndKey: key };
  return { title: `${name}, step ${column + 1}`, source: asking(query, end) };
}

function peopleOn(query: PathsQuery, { source, target }: PathEdge): Picked {
  return {
    title: `${stopOf(source).name} → ${stopOf(target).name}`,
    source: asking(query, { pathStartKey: source, pathEndKey: target }),
  };
}

function pathsTable(edges: readonly PathEdge[], onPick: ((edge: PathEdge) => void) | undefined) {
  return {
    columns: [
      { name: 'From' },
      { name: 'Step', isNumber: true },
      { name: 'To' },
      { name: 'Paths', isNumber: true },
      { name: 'Average time', isNumber: true },
    ],
    fixed: 5,
    rows: edges.map((edge) => {
      const { step, name } = stopOf(edge.source);
      const seconds = edge.average_conversion_time / 1000;
      return {
        key: `${edge.source} ${edge.target}`,
        cells: [
          { value: name },
          { value: step },
          { value: stopOf(edge.target).name },
          {
            value: edge.value,
            shown: formatNumber(edge.value),
            onPick: onPick && (() => onPick(edge)),
          },
          { value: seconds, shown: formatDuration(seconds) },
        ],
      };
    }),
  };
}
