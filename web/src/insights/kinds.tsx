// Which parts belong to which kind of insight.
import type { EventsQuestion, InsightQuery } from '../api/insights.ts';
import type { EditorProps, ToolsProps, ViewProps } from './editor.ts';
import { FunnelEditor } from './funnel-editor.tsx';
import { FunnelTools } from './funnel-tools.tsx';
import { FunnelView } from './funnel-view.tsx';
import { LifecycleTools, LifecycleView } from './lifecycle-parts.tsx';
import { PathsEditor } from './paths-editor.tsx';
import { PathsTools } from './paths-tools.tsx';
import { PathsView } from './paths-view.tsx';
import { RetentionEditor } from './retention-editor.tsx';
import { RetentionTools } from './retention-tools.tsx';
import { RetentionView } from './retention-view.tsx';
import { SeriesEditor } from './series-editor.tsx';
import { SqlView } from './sql-view.tsx';
import { StickinessTools, StickinessView } from './stickiness-parts.tsx';
import { TrendsEditor } from './trends-editor.tsx';
import { TrendsTools } from './trends-tools.tsx';
import { TrendsView } from './trends-view.tsx';

const MAX_SERIES = 26;
const letterOf = (place: number): string => String.fromCharCode(65 + place);

/** The events that are asked about. */
export function KindEditor({ query, onChange }: EditorProps<EventsQuestion>) {
  switch (query.kind) {
    case 'TrendsQuery':
      return <TrendsEditor query={query} onChange={onChange} />;
    case 'FunnelsQuery':
      return <FunnelEditor query={query} onChange={onChange} />;
    case 'RetentionQuery':
      return <RetentionEditor query={query} onChange={onChange} />;
    case 'StickinessQuery':
      return (
        <SeriesEditor
          series={query.series}
          markOf={letterOf}
          noun="series"
          min={1}
          max={MAX_SERIES}
          onChange={(series) => onChange({ ...query, series })}
        />
      );
    case 'LifecycleQuery':
      return (
        <SeriesEditor
          series={query.series}
          markOf={letterOf}
          noun="event"
          min={1}
          max={1}
          onChange={(series) => onChange({ ...query, series })}
        />
      );
    case 'PathsQuery':
      return <PathsEditor query={query} onChange={onChange} />;
  }
}

/** Range, interval and what else stands above the chart. */
export function KindTools({ query, ...rest }: ToolsProps<EventsQuestion>) {
  switch (query.kind) {
    case 'TrendsQuery':
      return <TrendsTools query={query} {...rest} />;
    case 'FunnelsQuery':
      return <FunnelTools query={query} {...rest} />;
    case 'RetentionQuery':
      return <RetentionTools query={query} {...rest} />;
    case 'StickinessQuery':
      return <StickinessTools query={query} {...rest} />;
    case 'LifecycleQuery':
      return <LifecycleTools query={query} {...rest} />;
    case 'PathsQuery':
      return <PathsTools query={query} {...rest} />;
  }
}

export function KindAnswer({ query, ...rest }: ViewProps<InsightQuery>) {
  switch (query.kind) {
    case 'TrendsQuery':
      return <TrendsView query={query} {...rest} />;
    case 'FunnelsQuery':
      return <FunnelView query={query} {...rest} />;
    case 'RetentionQuery':
      return <RetentionView query={query} {...rest} />;
    case 'StickinessQuery':
      return <StickinessView query={query} {...rest} />;
    case 'LifecycleQuery':
      return <LifecycleView query={query} {...rest} />;
    case 'PathsQuery':
      return <PathsView query={query} {...rest} />;
    case 'HogQLQuery':
      return <SqlView query={query} {...rest} />;
  }
}
