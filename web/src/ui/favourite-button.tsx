// The star that marks a favourite of one's own.
import { IconStar, IconStarFilled } from '@tabler/icons-react';
import { IconAction } from './icon-action.tsx';

type FavouriteButtonProps = {
  /** What is marked, where it stands among others. */
  readonly name?: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
};

export function FavouriteButton({ name, isOn, onChange }: FavouriteButtonProps) {
  const what = isOn ? 'No favourite any more' : 'Make a favourite';
  return (
    <IconAction
      size={28}
      label={name === undefined ? what : `${what}: ${name}`}
      onClick={() => onChange(!isOn)}
    >
      {isOn ? (
        <IconStarFilled size={16} color="light-dark(#b39706, #f0d11f)" />
      ) : (
        <IconStar size={16} stroke={1.6} />
      )}
    </IconAction>
  );
}
