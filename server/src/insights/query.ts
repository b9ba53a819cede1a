// Every kind of question.
import type { ActorsQuery } from './actors/actors.ts';
import type { EventsQuery } from './events/events-query.ts';
import type { FunnelsQuery } from './funnels/funnels.ts';
import type { HogqlQuery } from './hogql/hogql.ts';
import type { LifecycleQuery } from './people-queries/lifecycle.ts';
import type { PathsQuery } from './paths/paths.ts';
import type { RetentionQuery } from './retention/retention.ts';
import type { StickinessQuery } from './people-queries/stickiness.ts';
import type { TrendsQuery } from './trends/trends.ts';

export type Query =
  | TrendsQuery
  | FunnelsQuery
  | RetentionQuery
  | StickinessQuery
  | LifecycleQuery
  | PathsQuery
  | ActorsQuery
  | EventsQuery
  | HogqlQuery;
