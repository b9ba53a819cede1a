// Taking flags over: at once, or as a proposal where others must approve. Both versions of each flag are the
// ones that were looked at.
import { useNavigate } from '@tanstack/react-router';
import { propose, useChange } from '../api/changes.ts';
import { type FlagComparison, type Part, usePromote } from '../api/environments.ts';
import type { FiltersInput } from '../api/flags.ts';
import { type FilterChange, filterChanges } from '../flags/filter-changes.ts';
import { plural } from '../ui/format.ts';
import { toastDone } from '../ui/toast.ts';
import type { PromoteProps } from './promote-props.ts';

export type TakeOverProps = Pick<PromoteProps, 'scope' | 'from' | 'to'> & {
  readonly flags: readonly FlagComparison[];
  readonly parts: readonly Part[];
  readonly onDone: () => void;
};

export function useTakeOver({ scope, from, to, flags, parts, onDone }: TakeOverProps) {
  const promote = usePromote(scope);
  const proposal = useChange(propose(scope));
  const navigate = useNavigate();
  const takeOver = (reason: string, isDespiteRollout: boolean) =>
    promote.mutate(
      {
        from: from.key,
        to: to.key,
        reason: reason || null,
        despite_rollout: isDespiteRollout,
        flags: flags.map((flag) => ({
          flag: flag.id,
          from_version: flag.from.version,
          to_version: flag.to.version,
          parts: flag.parts.filter((part) => parts.includes(part)),
        })),
      },
      {
        onSuccess: ({ results }) => {
          toastDone(`${plural(results.length, 'flag is', 'flags are')} taken over to ${to.name}.`);
          onDone();
        },
      },
    );
  const proposeIt = (reason: string) =>
    proposal.mutate(
      {
        title: titleOf(flags, `from ${from.name} to ${to.name}`),
        description: reason,
        environment: to.key,
        items: flags.flatMap(itemsOf),
      },
      {
        onSuccess: ({ number }) => {
          toastDone(`Proposed as request ${number}.`);
          onDone();
          void navigate({ to: '/changes/$number', params: { number: String(number) } });
        },
      },
    );
  return {
    takeOver,
    proposeIt,
    isPending: promote.isPending || proposal.isPending,
    error: promote.error ?? proposal.error,
  };
}

function titleOf(flags: readonly FlagComparison[], way: string): string {
  const [only] = flags;
  const what = flags.length === 1 && only ? only.key : plural(flags.length, 'flag', 'flags');
  return `Take ${what} over ${way}`;
}

/** What becomes of the flag, on the version that is shown. */
function itemsOf({ id, to, after }: FlagComparison) {
  if (!after) return [];
  const isSame = JSON.stringify(after.filters) === JSON.stringify(to.filters);
  const change = {
    ...(after.active === to.active ? {} : { active: after.active }),
    ...(isSame ? {} : { filters: after.filters as FiltersInput }),
  };
  return [{ flag: id, version: to.version, change }];
}

type Served = Pick<FlagComparison['to'], 'active' | 'filters'>;

/** The difference in words, the switch first. */
export function servedChanges(
  before: Served,
  after: Served,
  names: Parameters<typeof filterChanges>[2],
): FilterChange[] {
  const word = (isOn: boolean) => (isOn ? 'on' : 'off');
  const switched: FilterChange = {
    kind: 'changed',
    what: 'Switch',
    before: word(before.active),
    after: word(after.active),
  };
  const isSwitched = before.active !== after.active;
  return [
    ...(isSwitched ? [switched] : []),
    ...filterChanges(before.filters, after.filters, names),
  ];
}
