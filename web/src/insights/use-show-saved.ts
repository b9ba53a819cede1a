// Leads to the page of a saved insight, as it is saved.
import { useNavigate } from '@tanstack/react-router';

export function useShowSaved() {
  const navigate = useNavigate();
  return (shortId: string) =>
    navigate({
      to: '/insights/$shortId',
      params: { shortId },
      search: (current: object) => ({ ...current, q: undefined }),
      resetScroll: false,
    });
}
