// A project of its own for the parity proof, filled with generated flags.
import type { SerinAddress } from '../global-setup.ts';
import { ask, eventually } from '../management.ts';
import { type GeneratedFlag } from './generate-flags.ts';
import { GROUP_TYPES } from './generate-people.ts';

export type ParityProject = {
  readonly token: string;
  /** Below the project, `feature_flags/` for example. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
};

export async function openProject(serin: SerinAddress): Promise<ParityProject> {
  const project = await ask<{ id: number; api_token: string }>(serin, 'POST', '/api/projects/', {
    name: 'Parity',
  });
  await nameGroupTypes(serin, project.api_token);
  return {
    token: project.api_token,
    ask: (method, path, body) => ask(serin, method, `/api/projects/${project.id}/${path}`, body),
  };
}

/** Group types come into being with the first event about one, in the order of arrival. */
async function nameGroupTypes(serin: SerinAddress, token: string): Promise<void> {
  for (const type of GROUP_TYPES) {
    const properties = { $group_type: type, $group_key: 'first', $group_set: {} };
    await fetch(`${serin.url}/e/`, {
      method: 'POST',
      body: JSON.stringify({ token, event: '$groupidentify', distinct_id: 'first', properties }),
    });
  }
}

/** Resolves once SDKs are told of the group types. */
export async function groupTypesKnown(serin: SerinAddress, project: ParityProject): Promise<void> {
  await eventually(async () => {
    const answer = await fetch(`${serin.url}/flags/definitions?token=${project.token}`, {
      headers: { authorization: `Bearer ${serin.personalApiKey}` },
    });
    const { group_type_mapping: names } = (await answer.json()) as {
      group_type_mapping: Record<string, string>;
    };
    const told = Object.values(names);
    if (told.join() !== GROUP_TYPES.join()) throw new Error(`group types are ${told.join()}`);
  });
}

/** Several at a time: the server works on them side by side. */
const AT_ONCE = 4;

export async function saveFlags(
  project: ParityProject,
  flags: readonly GeneratedFlag[],
): Promise<void> {
  // Flags may need those before them.
  for (const { fields } of flags) await project.ask('POST', 'feature_flags/', fields);
  const overrides = flags.flatMap(({ fields, overrides: own }) =>
    own.map((override) => ({ key: fields.key, ...override })),
  );
  await inTurns(overrides, async ({ key, distinctId, value }) => {
    const body = { distinct_ids: [distinctId], value };
    await project.ask('PUT', `feature_flags/${key}/overrides/`, body);
  });
}

export async function inTurns<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
