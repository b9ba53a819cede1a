// What OpenFeature and OpenTelemetry call the flags of one environment (`feature_flag.set.id`).

/** Project and environment, such as `1/production`. */
export function flagSetIdOf(environment: {
  readonly projectId: number;
  readonly key: string;
}): string {
  return `${environment.projectId}/${environment.key}`;
}
