// What is done to a tile; also the way to move and resize it by the keyboard.
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { type Placed, resized, stepped } from 'serin/dashboards/grid';
import { COLORS, type Color } from 'serin/dashboards/dashboard';

type TileMenuProps = {
  readonly name: string;
  readonly id: number;
  readonly places: readonly Placed[];
  readonly color: Color | null;
  readonly onArrange: (places: readonly Placed[]) => void;
  readonly onColor: (color: Color | null) => void;
  /** Of a text. */
  readonly onEdit: (() => void) | undefined;
  readonly onRemove: () => void;
};

const MOVES = [
  ['left', 'Move left'],
  ['right', 'Move right'],
  ['up', 'Move up'],
  ['down', 'Move down'],
] as const;
const SIZES = [
  ['Wider', 1, 0],
  ['Narrower', -1, 0],
  ['Taller', 0, 1],
  ['Shorter', 0, -1],
] as const;

export function TileMenu({ name, id, places, color, ...on }: TileMenuProps) {
  const place = places.find((one) => one.id === id);
  if (!place) return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={26} aria-label={`Actions of ${name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        {on.onEdit && <Menu.Item onClick={on.onEdit}>Edit text</Menu.Item>}
        <Menu.Label>Place</Menu.Label>
        {MOVES.map(([direction, label]) => (
          <Menu.Item
            key={direction}
            closeMenuOnClick={false}
            onClick={() => on.onArrange(stepped(places, id, direction))}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Label>Size</Menu.Label>
        {SIZES.map(([label, w, h]) => (
          <Menu.Item
            key={label}
            closeMenuOnClick={false}
            onClick={() => on.onArrange(resized(places, id, { w: place.w + w, h: place.h + h }))}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Label>Colour</Menu.Label>
        {[null, ...COLORS].map((one) => (
          <Menu.Item
            key={one ?? 'none'}
            aria-current={one === color || undefined}
            onClick={() => on.onColor(one)}
          >
            {one === null ? 'None' : one.charAt(0).toUpperCase() + one.slice(1)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item color="harm" onClick={on.onRemove}>
          Remove from the dashboard
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
