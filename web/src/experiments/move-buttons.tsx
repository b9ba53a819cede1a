// Puts one of a list a place further up or down.
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { IconAction } from '../ui/icon-action.tsx';

export type Place = { readonly isFirst: boolean; readonly isLast: boolean };

type MoveButtonsProps = {
  /** Of what is moved. */
  readonly name: string;
  readonly place: Place;
  /** Up (−1) or down (1). */
  readonly onMove: (by: -1 | 1) => void;
};

export function MoveButtons({ name, place, onMove }: MoveButtonsProps) {
  return (
    <>
      <IconAction
        size={34}
        label={`Move ${name} up`}
        isDisabled={place.isFirst}
        onClick={() => onMove(-1)}
      >
        <IconArrowUp size={16} stroke={1.6} />
      </IconAction>
      <IconAction
        size={34}
        label={`Move ${name} down`}
        isDisabled={place.isLast}
        onClick={() => onMove(1)}
      >
        <IconArrowDown size={16} stroke={1.6} />
      </IconAction>
    </>
  );
}
