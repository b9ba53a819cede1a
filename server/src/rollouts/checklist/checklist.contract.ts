// The checklists of a rollout over HTTP.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { CHECK_STATES, PHASES } from './checklist.ts';

const ChecklistBody = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        phase: z.enum(PHASES),
        text: z.string(),
        is_automatic: z.boolean().describe('Serin ticks it by what it sees; people cannot.'),
        state: z
          .enum(CHECK_STATES)
          .describe('ahead: its time has not come; missed: it has passed; none: does not apply.'),
        detail: z.string().nullable(),
        ticked: z
          .object({ by: z.string(), at: z.iso.datetime(), note: z.string() })
          .nullable()
          .describe('By a person.'),
      }),
    ),
  })
  .meta({ id: 'RolloutChecklist' });

const one = '/api/projects/:project_id/rollouts/:rollout_id/';
const Params = ProjectParams.extend({ rollout_id: z.string().min(1).max(64) });
const tag = 'rollouts';

export const checklistRoutes = {
  checklist: route({
    method: 'GET',
    path: `${one}checklist/`,
    summary: 'What is to be done before, during and after a rollout, and what of it is done',
    tag,
    auth: 'rollout:read',
    params: Params,
    query: EnvironmentQuery,
    response: ChecklistBody,
  }),
  tick: route({
    method: 'PUT',
    path: `${one}checklist/:item/`,
    summary: 'Tick an item that only people know, or take the tick back',
    tag,
    auth: 'rollout:write',
    params: Params.extend({ item: z.string().min(1).max(64) }),
    query: EnvironmentQuery,
    body: z.strictObject({
      done: z.boolean(),
      note: z.string().trim().max(1000).default(''),
    }),
    response: ChecklistBody,
  }),
  visit: route({
    method: 'POST',
    path: `${one}visits/`,
    summary: 'Say that somebody has the page of a rollout open',
    tag,
    auth: 'rollout:read',
    params: Params,
    query: EnvironmentQuery,
    status: 204,
  }),
} as const;

export type ChecklistWire = z.input<typeof ChecklistBody>;
