// Who is in cohorts, over HTTP: counting anew, keeping those who are in one now, and the cohorts of a person.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { CohortBody, CohortParams } from './cohorts.contract.ts';

const root = '/api/projects/:project_id/cohorts/:cohort/';
const one = { params: CohortParams, query: EnvironmentQuery, tag: 'cohorts' } as const;

export const cohortPeopleRoutes = {
  calculate: route({
    ...one,
    method: 'POST',
    path: `${root}calculate/`,
    summary: 'Have the people of a cohort by events counted now; answers before that is done',
    auth: 'cohort:write',
    status: 202,
    response: CohortBody,
  }),
  copy: route({
    ...one,
    method: 'POST',
    path: `${root}duplicate_as_static_cohort/`,
    summary: 'List those who are in a cohort now in a new static one, which flags can use',
    auth: 'cohort:write',
    body: z
      .strictObject({ name: z.string().trim().min(1).max(400).optional() })
      .optional()
      .meta({ id: 'CohortCopy' }),
    status: 201,
    response: CohortBody,
  }),
  ofPerson: route({
    method: 'GET',
    path: '/api/projects/:project_id/persons/cohorts/',
    summary: 'List the cohorts that a person is in',
    tag: 'persons',
    auth: 'cohort:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({ person_id: z.uuid() }),
    response: z.object({
      results: z.array(
        CohortBody.pick({ id: true, name: true, cohort_type: true, last_calculation: true }),
      ),
    }),
  }),
};
