// The tiles of a dashboard, arranged by hand or by the keyboard, and the people behind their numbers.
import { useState, type ReactNode } from 'react';
import type { Placed } from 'serin/dashboards/grid';
import type { Dashboard, DashboardChange, Tile } from '../api/dashboards.ts';
import type { Scope } from '../api/session.ts';
import type { Picked } from '../insights/editor.ts';
import { PeopleDrawer } from '../insights/people-drawer.tsx';
import { DashboardGrid } from './dashboard-grid.tsx';
import { InsightTile } from './insight-tile.tsx';
import { TextCard } from './text-card.tsx';
import { TextDialog } from './text-dialog.tsx';
import { TileFrame } from './tile-answer.tsx';
import { TileMenu } from './tile-menu.tsx';

type TilesViewProps = {
  readonly dashboard: Dashboard;
  readonly scope: Scope;
  readonly refreshEvery: number | false;
  readonly canEdit: boolean;
  readonly onChange: (change: DashboardChange) => void;
};

export function TilesView(props: TilesViewProps) {
  const { dashboard, scope, refreshEvery, canEdit, onChange } = props;
  const [picked, setPicked] = useState<Picked | null>(null);
  const [edited, setEdited] = useState<Tile | null>(null);
  const places = dashboard.tiles.map(({ id, layouts }) => ({ id, ...layouts.sm }));
  const replace = (tiles: readonly Tile[]) => onChange({ tiles });
  const change = (id: number, fields: Partial<Tile>) =>
    replace(dashboard.tiles.map((tile) => (tile.id === id ? { ...tile, ...fields } : tile)));
  const arrange = (arranged: readonly Placed[]) => replace(placedAt(dashboard.tiles, arranged));
  const toolsOf = (tile: Tile, handle: ReactNode) =>
    canEdit && (
      <>
        {handle}
        <TileMenu
          name={nameOf(tile)}
          id={tile.id}
          places={places}
          color={tile.color}
          onArrange={arrange}
          onColor={(color) => change(tile.id, { color })}
          onEdit={tile.text ? () => setEdited(tile) : undefined}
          onRemove={() => replace(dashboard.tiles.filter(({ id }) => id !== tile.id))}
        />
      </>
    );
  const tileOf = (id: number, handle: ReactNode) => {
    const tile = dashboard.tiles.find((one) => one.id === id);
    if (!tile) return null;
    const tools = toolsOf(tile, handle);
    if (tile.text) {
      return (
        <TileFrame name={nameOf(tile)} title={null} lead={null} color={tile.color} tools={tools}>
          <TextCard body={tile.text.body} />
        </TileFrame>
      );
    }
    return (
      <InsightTile
        tile={tile}
        scope={scope}
        filters={dashboard.filters}
        refreshEvery={refreshEvery}
        tools={tools}
        onPick={setPicked}
      />
    );
  };
  return (
    <>
      <DashboardGrid places={places} onArrange={canEdit ? arrange : undefined} tile={tileOf} />
      <PeopleDrawer picked={picked} scope={scope} onClose={() => setPicked(null)} />
      {edited && (
        <TextDialog
          body={edited.text?.body ?? ''}
          onClose={() => setEdited(null)}
          onSave={(body) => {
            change(edited.id, { text: { body } });
            setEdited(null);
          }}
        />
      )}
    </>
  );
}

function placedAt(tiles: readonly Tile[], places: readonly Placed[]): Tile[] {
  const byId = new Map(places.map(({ id, x, y, w, h }) => [id, { x, y, w, h }]));
  return tiles.map((tile) => ({ ...tile, layouts: { sm: byId.get(tile.id) ?? tile.layouts.sm } }));
}

const nameOf = ({ insight, text }: Tile): string =>
  text ? `Text: ${text.body.slice(0, 40)}` : insight?.name || 'Insight';
