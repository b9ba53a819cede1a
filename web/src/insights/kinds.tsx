// Which parts belong to which kind of insight.
import type { InsightQuery } from '../api/insights.ts';
import type { EditorProps, ViewProps } from './editor.ts';
import { TrendsEditor } from './trends-editor.tsx';
import { TrendsTools } from './trends-tools.tsx';
import { TrendsView } from './trends-view.tsx';

/** The events that are asked about. */
export function KindEditor({ query, onChange }: EditorProps<InsightQuery>) {
  switch (query.kind) {
    case 'TrendsQuery':
      return <TrendsEditor query={query} onChange={onChange} />;
    default:
      return null;
  }
}

/** Range, interval and what else stands above the chart. */
export function KindTools({
  query,
  today,
  onChange,
}: EditorProps<InsightQuery> & { today: string }) {
  switch (query.kind) {
    case 'TrendsQuery':
      return <TrendsTools query={query} today={today} onChange={onChange} />;
    default:
      return null;
  }
}

export function KindAnswer({ query, ...rest }: ViewProps<InsightQuery>) {
  switch (query.kind) {
    case 'TrendsQuery':
      return <TrendsView query={query} {...rest} />;
    default:
      return null;
  }
}
