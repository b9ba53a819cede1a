// Which part of the list of flags is shown; the page stands in the address.
import { type FlagListSearch, PAGE_SIZE, pageOf } from '../api/flag-list.ts';
import { Pager } from '../ui/pager.tsx';

type FlagPagesProps = {
  readonly at: FlagListSearch;
  readonly count: number;
  readonly onChange: (next: FlagListSearch) => void;
};

export function FlagPages({ at, count, onChange }: FlagPagesProps) {
  if (count <= PAGE_SIZE) return null;
  const offset = (pageOf(at) - 1) * PAGE_SIZE;
  return (
    <Pager
      offset={offset}
      shown={Math.min(count - offset, PAGE_SIZE)}
      count={count}
      pageRows={PAGE_SIZE}
      onChange={(next) => {
        const page = next / PAGE_SIZE + 1;
        onChange({ page: page === 1 ? undefined : String(page) });
        window.scrollTo({ top: 0 });
      }}
    />
  );
}
