// What people do with dashboards. Every change is one transaction: row, version counted up, audit entry.
import { recordAudit } from '#audit';
import { findFlagNamed } from '#flags';
import { type SavedInsight, findInsights, saveInsight } from '#insights';
import { resolveRange } from '#insights/date-range';
import { SerinError, fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import { setFavourite } from '#platform/postgres/favourites';
import {
  type DashboardFilters,
  MAX_TILES,
  type Tile,
  type WantedTile,
  tilesOf,
} from './dashboard.ts';
import {
  type Dashboard,
  type DashboardFields,
  type DashboardFilter,
  findDashboard,
  insertDashboard,
  listDashboardRows,
  lockDashboard,
  updateDashboardRow,
} from './dashboards.store.ts';
import { deleteLinksOf } from './links.store.ts';
import { type Template, type TemplateName, productBasics, rolloutMonitoring } from './templates.ts';

export type { Dashboard } from './dashboards.store.ts';

/** What is wanted of a dashboard; tiles without number or place get them. */
export type DashboardChange = Partial<Omit<DashboardFields, 'tiles'>> & {
  readonly tiles?: readonly WantedTile[];
  /** By whoever changes it. */
  readonly favorited?: boolean;
};

/** Where a new dashboard's tiles come from. */
export type Origin =
  | { readonly kind: 'blank' }
  | { readonly kind: 'copy'; readonly of: number }
  | {
      readonly kind: 'template';
      readonly name: TemplateName;
      readonly flag: string | undefined;
      readonly events: readonly string[];
    };

const BLANK: DashboardFields = {
  name: 'New dashboard',
  description: '',
  pinned: false,
  filters: {},
  tiles: [],
  deleted: false,
};

/** One page, favourites of whoever asks and pinned ones first. */
export function listDashboards(ctx: ProjectCtx, filter: DashboardFilter) {
  return listDashboardRows(ctx.db, ctx.projectId, filter, userIdOf(ctx));
}

/** Deleted ones too. @throws not_found */
export async function getDashboard(ctx: ProjectCtx, id: number): Promise<Dashboard> {
  const found = await findDashboard(ctx.db, ctx.projectId, id, userIdOf(ctx));
  return found ?? fail('not_found', { detail: 'There is no such dashboard.' });
}

/** The insights that the tiles show, by number; of deleted ones too. */
export async function insightsOf(
  ctx: ProjectCtx,
  { tiles }: Pick<Dashboard, 'tiles'>,
): Promise<ReadonlyMap<number, SavedInsight>> {
  const insights = await findInsights(ctx, insightIds(tiles));
  return new Map(insights.map((insight) => [insight.id, insight]));
}

/**
 * Makes one; what is given goes before what it is made from. A template saves its insights with it.
 * @throws not_found for the copied one; invalid_input naming the field
 */
export async function createDashboard(
  ctx: ProjectCtx,
  origin: Origin,
  given: Omit<DashboardChange, 'favorited'>,
): Promise<Dashboard> {
  return inTransaction(ctx, async (tx) => {
    const start = await startOf(tx, origin);
    const wanted = { ...start, ...given };
    checkFilters(tx, wanted.filters);
    const tiles = await checkedTiles(tx, wanted.tiles, []);
    const id = await insertDashboard(tx.db, {
      ...wanted,
      tiles,
      projectId: tx.projectId,
      ...stampOf(tx),
    });
    const made = await getDashboard(tx, id);
    await audit(tx, 'created', undefined, made);
    return made;
  });
}

async function startOf(ctx: ProjectCtx, origin: Origin): Promise<DashboardFields> {
  if (origin.kind === 'blank') return BLANK;
  if (origin.kind === 'template') return fromTemplate(ctx, await templateOf(ctx, origin));
  const { name, description, filters, tiles, deleted } = await getDashboard(ctx, origin.of);
  if (deleted) fail('not_found', { detail: 'There is no such dashboard.', attr: 'use_dashboard' });
  return { ...BLANK, name: `${name} (copy)`.slice(-MAX_NAME), description, filters, tiles };
}

const MAX_NAME = 400;

async function templateOf(
  ctx: ProjectCtx,
  { name, flag, events }: Extract<Origin, { kind: 'template' }>,
): Promise<Template> {
  if (name === 'product_basics') return productBasics();
  if (flag === undefined) fail('required', { attr: 'flag' });
  const record = await findFlagNamed(ctx, flag);
  if (record?.key !== flag) {
    fail('invalid_input', { detail: `There is no flag “${flag}”.`, attr: 'flag' });
  }
  return rolloutMonitoring(flag, events);
}

/** Saves the insights of a template. */
async function fromTemplate(ctx: ProjectCtx, template: Template): Promise<DashboardFields> {
  const tiles: Tile[] = [];
  for (const [index, { x, y, w, h, ...content }] of template.tiles.entries()) {
    const place = { id: index + 1, color: null, layouts: { sm: { x, y, w, h } } };
    if ('text' in content) {
      tiles.push({ ...place, insight: null, text: content.text });
      continue;
    }
    const saved = await saveInsight(ctx, { ...content, tags: [] });
    tiles.push({ ...place, insight: saved.id, text: null });
  }
  const { name, description, filters } = template;
  return { ...BLANK, name, description, filters, tiles };
}

/**
 * Changes what is given; the list of tiles is replaced as a whole. A change of nothing counts no version up, nor does
 * a favourite of whoever asks.
 * @throws conflict when `version` is given and not the current one; not_found; invalid_input naming the field
 */
export async function updateDashboard(
  ctx: ProjectCtx,
  id: number,
  change: DashboardChange,
  version: number | undefined,
): Promise<Dashboard> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockedDashboard(tx, id);
    if (version !== undefined && version !== before.version) fail('conflict', { attr: 'version' });
    const { tiles: wanted, favorited, ...fields } = change;
    if (favorited !== undefined) await mark(tx, id, favorited);
    if (fields.filters) checkFilters(tx, fields.filters);
    const tiles = wanted ? await checkedTiles(tx, wanted, before.tiles) : before.tiles;
    return store(tx, before, { ...fieldsOf(before), ...fields, tiles });
  });
}

/** Puts one more tile below the others. @throws not_found; invalid_input */
export async function addTile(ctx: ProjectCtx, id: number, tile: WantedTile): Promise<Dashboard> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockedDashboard(tx, id);
    if (before.deleted) fail('not_found', { detail: 'There is no such dashboard.' });
    const tiles = await checkedTiles(tx, [...before.tiles, tile], before.tiles);
    return store(tx, before, { ...fieldsOf(before), tiles });
  });
}

/** @throws invalid_input for whoever is no person */
function mark(tx: ProjectCtx, id: number, isFavourite: boolean): Promise<void> {
  const userId = userIdOf(tx);
  if (userId === null) {
    fail('invalid_input', { detail: 'Only people have favourites.', attr: 'favorited' });
  }
  const at = new Date(tx.clock.now());
  return setFavourite(tx.db, { userId, kind: 'dashboard', id }, isFavourite, at);
}

async function lockedDashboard(tx: ProjectCtx, id: number): Promise<Dashboard> {
  await lockDashboard(tx.db, tx.projectId, id);
  return getDashboard(tx, id);
}

async function store(
  tx: ProjectCtx,
  before: Dashboard,
  wanted: DashboardFields,
): Promise<Dashboard> {
  const { id, version } = before;
  if (canonicalJson(wanted) === canonicalJson(fieldsOf(before))) return getDashboard(tx, id);
  await updateDashboardRow(tx.db, id, { ...wanted, version: version + 1, ...stampOf(tx) });
  const isGone = wanted.deleted && !before.deleted;
  // What is restored is not public again by itself.
  if (isGone) await deleteLinksOf(tx.db, id);
  const after = await getDashboard(tx, id);
  const isBack = before.deleted && !wanted.deleted;
  await audit(tx, isGone ? 'deleted' : isBack ? 'restored' : 'updated', before, after);
  return after;
}

/** Numbered and placed; insights that were not there before must exist. */
async function checkedTiles(
  ctx: ProjectCtx,
  wanted: readonly WantedTile[],
  before: readonly Tile[],
): Promise<Tile[]> {
  if (wanted.length > MAX_TILES) {
    fail('invalid_input', { detail: `A dashboard has at most ${MAX_TILES} tiles.`, attr: 'tiles' });
  }
  const known = new Set(insightIds(before));
  const fresh = insightIds(wanted).filter((id) => !known.has(id));
  const found = await findInsights(ctx, fresh);
  const usable = new Set(found.filter(({ deleted }) => !deleted).map(({ id }) => id));
  const missing = fresh.find((id) => !usable.has(id));
  if (missing !== undefined) {
    const at = wanted.findIndex(({ insight }) => insight === missing);
    fail('invalid_input', { detail: 'There is no such insight.', attr: `tiles.${at}.insight` });
  }
  return tilesOf(wanted, before);
}

const insightIds = (tiles: readonly Pick<WantedTile, 'insight'>[]): number[] => [
  ...new Set(tiles.flatMap(({ insight }) => (insight === null ? [] : [insight]))),
];

/** Days that cannot be read would fail in every tile. */
function checkFilters({ clock }: ProjectCtx, { date_from, date_to }: DashboardFilters): void {
  const calendar = { timeZone: 'UTC', firstWeekday: 1, nowMs: clock.now() };
  try {
    resolveRange({ date_from, date_to }, calendar);
  } catch (error) {
    if (!(error instanceof SerinError)) throw error;
    const attr = error.attr === 'dateRange' ? 'date_from' : error.attr?.replace('dateRange.', '');
    fail(error.code, { detail: error.message, attr: `filters.${attr}`, cause: error });
  }
}

const stampOf = (ctx: ProjectCtx) => ({ by: userIdOf(ctx), at: new Date(ctx.clock.now()) });

function fieldsOf(dashboard: Dashboard): DashboardFields {
  const { name, description, pinned, filters, tiles, deleted } = dashboard;
  return { name, description, pinned, filters, tiles, deleted };
}

async function audit(
  ctx: ProjectCtx,
  action: string,
  before: Dashboard | undefined,
  after: Dashboard,
): Promise<void> {
  await recordAudit(ctx, {
    projectId: ctx.projectId,
    action,
    resourceKind: 'dashboard',
    resourceId: String(after.id),
    before: before && fieldsOf(before),
    after: fieldsOf(after),
  });
}
