// The steps of a funnel, and who is left out.
import type { EditorProps } from './editor.ts';
import { ExclusionsEditor } from './exclusions-editor.tsx';
import type { FunnelsQuery } from './query.ts';
import { SeriesEditor } from './series-editor.tsx';

const MAX_STEPS = 20;

export function FunnelEditor({ query, onChange }: EditorProps<FunnelsQuery>) {
  return (
    <>
      <SeriesEditor
        series={query.series}
        markOf={(place) => String(place + 1)}
        noun="step"
        min={2}
        max={MAX_STEPS}
        onChange={(series) => onChange(withSteps(query, series))}
      />
      <ExclusionsEditor query={query} onChange={onChange} />
    </>
  );
}

/** Exclusions stay between steps that there are. */
function withSteps(query: FunnelsQuery, series: FunnelsQuery['series']): FunnelsQuery {
  const last = series.length - 1;
  const exclusions = query.funnelsFilter?.exclusions?.map((one) => ({
    ...one,
    funnelFromStep: Math.min(one.funnelFromStep, last - 1),
    funnelToStep: Math.min(one.funnelToStep, last),
  }));
  if (!exclusions) return { ...query, series };
  return { ...query, series, funnelsFilter: { ...query.funnelsFilter, exclusions } };
}
