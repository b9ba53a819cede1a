// The variants of a flag in questions that are not broken down.
import { useQuery } from '@tanstack/react-query';
import { flagListQuery } from '../api/flag-list.ts';
import type { EventsQuestion } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { narrowedToFlag, splitByFlag, valuesOf } from './flag-split.ts';
import { QuickFlags } from './quick-flags.tsx';

type FlagSplitInputProps = {
  readonly query: EventsQuestion;
  readonly scope: Scope;
  readonly onChange: (query: EventsQuestion) => void;
};

export function FlagSplitInput({ query, scope, onChange }: FlagSplitInputProps) {
  const { data } = useQuery(flagListQuery(scope, {}));
  const flags = data?.results ?? [];
  if (query.kind === 'StickinessQuery') {
    return (
      <QuickFlags
        flags={flags}
        verb="Split the series by the flag"
        onChoose={(flag) => onChange(splitByFlag(query, flag.key, valuesOf(flag)))}
      />
    );
  }
  if (query.kind !== 'LifecycleQuery' && query.kind !== 'PathsQuery') return null;
  return (
    <QuickFlags
      flags={flags}
      verb="Only people with the flag"
      onChoose={(flag) => onChange(narrowedToFlag(query, flag.key, valuesOf(flag)))}
    />
  );
}
