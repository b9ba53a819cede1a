// Leaves only favourites of one's own in a list.
import { Button } from '@mantine/core';
import { IconStar } from '@tabler/icons-react';

/** What an address says when only favourites are shown. */
export const FAVOURITES = 'favourites';

type FavouritesFilterProps = {
  readonly show: string | undefined;
  readonly onChange: (show: string | undefined) => void;
};

export function FavouritesFilter({ show, onChange }: FavouritesFilterProps) {
  const isOn = show === FAVOURITES;
  return (
    <Button
      variant={isOn ? 'light' : 'default'}
      leftSection={<IconStar size={16} stroke={1.6} />}
      aria-pressed={isOn}
      onClick={() => onChange(isOn ? undefined : FAVOURITES)}
    >
      Favourites
    </Button>
  );
}
