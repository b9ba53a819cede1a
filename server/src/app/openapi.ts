// OpenAPI 3.1 from the contracts: one operation a route, shared schemas by their `meta.id`.
import { z } from 'zod';
import type { RouteContract } from '#kernel/http.contract';

type Json = Record<string, unknown>;

const ERROR_SCHEMA = {
  type: 'object',
  required: ['type', 'code', 'detail', 'attr', 'request_id'],
  properties: {
    type: { type: 'string' },
    code: { type: 'string', description: 'Stable; listed in docs/errors.md.' },
    detail: { type: 'string' },
    attr: { type: ['string', 'null'], description: 'The field at fault, as a dotted path.' },
    request_id: { type: 'string' },
  },
};

/** Builds the document for a record of features, each a record of routes. */
export function buildOpenApi(
  features: Readonly<Record<string, Readonly<Record<string, RouteContract>>>>,
  version: string,
): Json {
  const schemas: Json = { Error: ERROR_SCHEMA };
  const paths: Record<string, Json> = {};
  for (const [feature, routes] of Object.entries(features)) {
    for (const [name, contract] of Object.entries(routes)) {
      const path = contract.path.replaceAll(/:(\w+)/g, '{$1}');
      paths[path] ??= {};
      paths[path][contract.method.toLowerCase()] = operation(
        `${feature}.${name}`,
        contract,
        schemas,
      );
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Serin API',
      version,
      description: 'Feature flags, guarded rollouts and events.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: sortKeys(paths),
    components: {
      schemas: sortKeys(schemas),
      securitySchemes: {
        personalApiKey: { type: 'http', scheme: 'bearer', description: 'Personal API key phx_…' },
        session: { type: 'apiKey', in: 'cookie', name: 'serin_session' },
      },
    },
  };
}

function operation(id: string, contract: RouteContract, schemas: Json): Json {
  const parameters = [
    ...parametersOf(contract.params, 'path', schemas),
    ...parametersOf(contract.query, 'query', schemas),
  ];
  return {
    operationId: id,
    summary: contract.summary,
    tags: [contract.tag],
    security: securityOf(contract),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(contract.body
      ? {
          requestBody: {
            required: true,
            content: {
              [contract.consumes ?? 'application/json']: {
                schema: toSchema(contract.body, 'input', schemas),
              },
            },
          },
        }
      : {}),
    responses: {
      [String(contract.status ?? 200)]: success(contract, schemas),
      default: {
        description: 'Error',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function success(contract: RouteContract, schemas: Json): Json {
  if (contract.stream) {
    return { description: 'Server-sent events', content: { 'text/event-stream': {} } };
  }
  if (contract.file) {
    const content = Object.fromEntries(contract.file.map((type) => [type, {}]));
    return { description: 'The file', content };
  }
  if (!contract.response) return { description: 'Done' };
  const schema = toSchema(contract.response, 'output', schemas);
  return { description: 'Success', content: { 'application/json': { schema } } };
}

function securityOf(contract: RouteContract): Json[] {
  if (contract.auth === 'public') return [];
  if (contract.auth === 'session') return [{ session: [] }];
  return [{ personalApiKey: [contract.auth] }, { session: [] }];
}

function parametersOf(schema: z.ZodType | undefined, place: string, schemas: Json): Json[] {
  if (!schema) return [];
  const object = toSchema(schema, 'input', schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(object.properties ?? {}).map(([name, inner]) => ({
    name,
    in: place,
    required: place === 'path' || (object.required?.includes(name) ?? false),
    schema: inner,
  }));
}

function toSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const {
    $schema: _,
    $defs,
    ...json
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
  }) as Json & { $defs?: Json };
  for (const [name, definition] of Object.entries($defs ?? {})) schemas[name] = rebase(definition);
  return rebase(json) as Json;
}

/** Points references at the document's components. */
function rebase(value: unknown): unknown {
  const text = JSON.stringify(value);
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as unknown;
}

function sortKeys<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))),
  );
}
