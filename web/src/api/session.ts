// Who is signed in, which projects they have, and the project and environment they look at.
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { isProtected } from '../environments/protection-words.ts';
import { call, type ResponseOf } from './client.ts';

type Project = ResponseOf<'accounts.getProject'>;
export type Environment = Project['environments'][number];
type User = ResponseOf<'accounts.getMe'>;

const ENVIRONMENT_KEY = 'serin-environment';
const PROJECT_KEY = 'serin-project';

/** The user with all projects; asked for once and refreshed when one of them changes. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const [user, projects] = await Promise.all([
      call('accounts.getMe', { signal }),
      call('accounts.listProjects', { signal }),
    ]);
    return { user, projects: projects.results };
  },
  staleTime: 60_000,
});

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export const rememberEnvironment = (key: string): void => remember(ENVIRONMENT_KEY, key);
export const rememberProject = (id: number): void => remember(PROJECT_KEY, String(id));

/** The environment that was last chosen, unless it is the default one. */
export function recallEnvironment(): string | undefined {
  const key = recall(ENVIRONMENT_KEY);
  return key === null || key === 'production' ? undefined : key;
}

export type Scope = {
  readonly user: User;
  readonly project: Project;
  readonly projects: readonly Project[];
  readonly environment: Environment;
  /** Whether a change here reaches customers, or is guarded as if it did. */
  readonly isProduction: boolean;
  /** For `call`: path parameters of the project. */
  readonly params: { readonly project_id: string };
  /** For `call`: the environment as query. */
  readonly query: { readonly environment: string };
};

/** The chosen project (remembered) and environment (from the address), else the first and production. */
export function useScope(): Scope {
  const { user, projects } = useSuspenseQuery(sessionQuery).data;
  const search: { environment?: string } = useSearch({ strict: false });
  const project = projects.find(({ id }) => String(id) === recall(PROJECT_KEY)) ?? projects[0];
  if (!project) throw new Error('This account has no project.');
  const find = (key: string | null | undefined) =>
    project.environments.find((candidate) => candidate.key === key);
  const environment = find(search.environment) ?? find('production') ?? project.environments[0];
  if (!environment) throw new Error('This project has no environment.');
  return {
    user,
    project,
    projects,
    environment,
    isProduction: environment.key === 'production' || isProtected(environment.protection),
    params: { project_id: String(project.id) },
    query: { environment: environment.key },
  };
}
