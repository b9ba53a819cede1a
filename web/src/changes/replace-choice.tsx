// Whether a change becomes a request of its own, or replaces what an open one of the same author proposes.
import { Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  editRequest,
  type Proposal,
  propose,
  requestQuery,
  requestsQuery,
  useChange,
} from '../api/changes.ts';
import type { Scope } from '../api/session.ts';

type ReplaceChoiceProps = {
  readonly scope: Scope;
  readonly flagId: number;
  /** Number of the request, or null for a new one. */
  readonly value: number | null;
  readonly onChange: (number: number | null) => void;
};

/** Empty while the author has no open request that changes the flag. */
export function ReplaceChoice({ scope, flagId, value, onChange }: ReplaceChoiceProps) {
  const { data } = useQuery(requestsQuery(scope, 'mine', flagId));
  if (!data || data.count === 0) return null;
  return (
    <Select
      label="As"
      data={[
        { value: '', label: 'A new request' },
        ...data.results.map(({ number, title }) => ({
          value: String(number),
          label: `Instead of what request ${number} proposes: ${title}`,
        })),
      ]}
      value={value === null ? '' : String(value)}
      allowDeselect={false}
      onChange={(number) => onChange(number ? Number(number) : null)}
    />
  );
}

/** Proposes as a new request, or puts the item into an open one, whose other items stay. */
export function useProposal(scope: Scope) {
  const queryClient = useQueryClient();
  return useChange(
    async ({ replaces, ...proposal }: Proposal & { readonly replaces: number | null }) => {
      if (replaces === null) return propose(scope)(proposal);
      const query = { ...requestQuery(scope, String(replaces)), staleTime: 0 };
      const { number, version, items } = await queryClient.fetchQuery(query);
      const own = new Set(proposal.items.map(({ flag }) => flag));
      const others = items
        .filter(({ flag }) => !own.has(flag.id))
        .map(({ flag, change }) => ({ flag: flag.id, change }));
      const { title, description } = proposal;
      return editRequest(scope)({
        number,
        version,
        title,
        ...(description ? { description } : {}),
        items: [...proposal.items, ...others],
        ...(proposal.due ? { due: proposal.due } : {}),
      });
    },
  );
}
