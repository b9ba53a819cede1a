// Every kind of question.
import type { ActorsQuery } from './actors.ts';
import type { EventsQuery } from './events-query.ts';
import type { FunnelsQuery } from './funnels.ts';
import type { HogqlQuery } from './hogql.ts';
import type { LifecycleQuery } from './lifecycle.ts';
import type { PathsQuery } from './paths.ts';
import type { RetentionQuery } from './retention.ts';
import type { StickinessQuery } from './stickiness.ts';
import type { TrendsQuery } from './trends.ts';

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
