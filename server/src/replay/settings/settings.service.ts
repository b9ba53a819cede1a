// What is recorded, kept in memory for every request of a page, and changed by people.
import { announceAccountsChanged, listProjectMemberIds } from '#accounts';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type Ctx, type ProjectCtx, inTransaction } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { checkSettings } from './check-settings.ts';
import { DEFAULT_SETTINGS, type RecordingSettings, type StoredSettings } from './settings.ts';
import { lockSettings, readAllSettings, writeSettings } from './settings.store.ts';

export interface SettingsDirectory {
  of(environmentId: number): RecordingSettings;
  /** Resolves once changes that are known here count. */
  settled(): Promise<void>;
  close(): void;
}

/** Reads them all, and again whenever something of a project changes, on whatever replica. */
export async function openSettings(ctx: Ctx): Promise<SettingsDirectory> {
  let known = await readAllSettings(ctx.db);
  let reading: Promise<void> = Promise.resolve();
  const read = (): void => {
    reading = reading.then(async () => {
      try {
        known = await readAllSettings(ctx.db);
      } catch (error) {
        ctx.log.warn({ err: error }, 'recording settings cannot be read; those of before count');
      }
    });
  };
  const stop = ctx.events.on('accounts.changed', read);
  return {
    of: (environmentId) => known.get(environmentId)?.settings ?? DEFAULT_SETTINGS,
    settled: () => reading,
    close: stop,
  };
}

/** What is undefined stays. */
type Partially<T> = { readonly [K in keyof T]?: T[K] | undefined };
export type SettingsChange = Partially<Omit<RecordingSettings, 'masking' | 'privacy'>> & {
  readonly masking: Partially<RecordingSettings['masking']>;
  readonly privacy: Partially<RecordingSettings['privacy']>;
};

export function getSettings(ctx: ProjectCtx): Promise<StoredSettings> {
  return inTransaction(ctx, (tx) => lockSettings(tx.db, tx.environment.id));
}

/**
 * Changes what is given. Pages learn it with their next load.
 * @throws invalid_input naming the field; conflict when `version` is not the present one
 */
export async function changeSettings(
  ctx: ProjectCtx,
  change: SettingsChange,
  version: number | undefined,
): Promise<StoredSettings> {
  return inTransaction(ctx, async (tx) => {
    const { id: environmentId } = tx.environment;
    const before = await lockSettings(tx.db, environmentId);
    if (version !== undefined && version !== before.version) fail('conflict', { attr: 'version' });
    const settings: RecordingSettings = {
      ...before.settings,
      ...given(change),
      masking: { ...before.settings.masking, ...given(change.masking) },
      privacy: { ...before.settings.privacy, ...given(change.privacy) },
    };
    const problem = checkSettings(settings, checkPattern);
    if (problem) fail('invalid_input', problem);
    await checkViewers(tx, settings.bodyViewers);
    const after = { settings, version: before.version + 1 };
    await writeSettings(tx.db, environmentId, after, new Date(tx.clock.now()));
    await recordAudit(tx, {
      projectId: tx.projectId,
      environmentId,
      action: 'updated',
      resourceKind: 'recording_settings',
      resourceId: String(environmentId),
      resourceLabel: tx.environment.name,
      before: before.settings,
      after: settings,
    });
    await announceAccountsChanged(tx, tx.projectId);
    return after;
  });
}

function given<T extends object>(change: Partially<T>): T {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as T;
}

async function checkViewers(tx: ProjectCtx, viewers: readonly string[]): Promise<void> {
  if (viewers.length === 0) return;
  const members = new Set(await listProjectMemberIds(tx.db, tx.projectId));
  const stranger = viewers.find((id) => !members.has(id));
  if (stranger !== undefined) {
    fail('invalid_input', { attr: 'body_viewers', detail: `${stranger} is no member.` });
  }
}

/** In browsers it runs as JavaScript's, on addresses of pages. */
function checkPattern(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
  } catch {
    return 'This is no regular expression.';
  }
  return compileRe2(pattern)
    ? undefined
    : 'Write it without look-around, back-references and large repetitions.';
}
