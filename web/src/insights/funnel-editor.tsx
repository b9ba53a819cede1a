// The steps of a funnel.
import type { EditorProps } from './editor.ts';
import type { FunnelsQuery } from './query.ts';
import { SeriesEditor } from './series-editor.tsx';

const MAX_STEPS = 20;

export function FunnelEditor({ query, onChange }: EditorProps<FunnelsQuery>) {
  return (
    <SeriesEditor
      series={query.series}
      markOf={(place) => String(place + 1)}
      noun="step"
      min={2}
      max={MAX_STEPS}
      onChange={(series) => onChange({ ...query, series })}
    />
  );
}
