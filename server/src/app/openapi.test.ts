import { expect, test } from 'vitest';
import { z } from 'zod';
import { ProjectParams, queryInt, route } from '#kernel/http.contract';
import { buildOpenApi } from './openapi.ts';

const Thing = z.object({ id: z.number().int(), name: z.string() }).meta({ id: 'Thing' });

const document = buildOpenApi(
  {
    things: {
      get: route({
        method: 'GET',
        path: '/api/projects/:project_id/things/:id/',
        summary: 'Get a thing',
        tag: 'things',
        auth: 'project:read',
        params: ProjectParams.extend({ id: z.string() }),
        query: z.object({ limit: queryInt(1, 10).default(5) }),
        response: z.object({ thing: Thing }),
      }),
      create: route({
        method: 'POST',
        path: '/api/things/',
        summary: 'Create a thing',
        tag: 'things',
        auth: 'public',
        body: z.strictObject({ name: z.string() }),
        status: 201,
        response: Thing,
      }),
    },
  },
  '1.2.3',
) as {
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, unknown> };
};

test('paths use braces and carry parameters with their schemas', () => {
  const operation = document.paths['/api/projects/{project_id}/things/{id}/']?.['get'];
  expect(operation?.['operationId']).toBe('things.get');
  expect(operation?.['parameters']).toMatchObject([
    { name: 'project_id', in: 'path', required: true },
    { name: 'id', in: 'path', required: true },
    { name: 'limit', in: 'query', required: false },
  ]);
  expect(operation?.['security']).toContainEqual({ personalApiKey: ['project:read'] });
});

test('named schemas become components and are referenced', () => {
  expect(document.components.schemas['Thing']).toMatchObject({ type: 'object' });
  expect(JSON.stringify(document.paths)).toContain('#/components/schemas/Thing');
  expect(JSON.stringify(document)).not.toContain('$defs');
});

test('public routes ask for nothing, bodies are required, errors have the one shape', () => {
  const operation = document.paths['/api/things/']?.['post'];
  expect(operation?.['security']).toEqual([]);
  expect(operation?.['requestBody']).toMatchObject({ required: true });
  expect(Object.keys(operation?.['responses'] as object)).toEqual(['201', 'default']);
});
