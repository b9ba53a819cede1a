// All routes of the management API in one record: the web client's types and the OpenAPI document come
// from here.
import { accountsRoutes } from '#accounts/contract';
import { secretKeysRoutes } from '#accounts/secret-keys';
import { inviteRoutes, membersRoutes } from '#accounts/members';
import { auditRoutes } from '#audit/contract';
import { requestsRoutes } from '#changes/requests';
import { schedulesRoutes } from '#changes/schedules';
import { comparisonRoutes } from '#environments/comparison';
import { dashboardsRoutes } from '#dashboards/contract';
import { linksRoutes } from '#dashboards/links-contract';
import { environmentsRoutes } from '#environments/contract';
import { earlyAccessRoutes } from '#early-access/contract';
import { alertsRoutes } from '#errors/alerts-contract';
import { issuesRoutes } from '#errors/issues-contract';
import { mapsRoutes } from '#errors/maps-contract';
import { experimentsRoutes } from '#experiments/contract';
import { savedMetricsRoutes } from '#experiments/metrics-contract';
import { experimentLinksRoutes } from '#experiments/links-contract';
import { resultsRoutes } from '#experiments/results-contract';
import { cohortsRoutes } from '#cohorts/contract';
import { cohortPeopleRoutes } from '#cohorts/people-contract';
import { flagsRoutes } from '#flags/contract';
import { holdoutsRoutes } from '#flags/holdouts-contract';
import { overridesRoutes } from '#flags/overrides-contract';
import { bulkRoutes } from '#flags/bulk-contract';
import { commentRoutes } from '#flags/comments-contract';
import { targetingPreviewRoutes } from '#flags/preview-contract';
import { onePressRoutes } from '#flags/one-press-contract';
import { deletionRoutes } from '#deletions/contract';
import { personsRoutes } from '#identity/contract';
import { personEditsRoutes } from '#identity/edits-contract';
import { groupsRoutes } from '#identity/groups-contract';
import { knownPropertiesRoutes } from '#identity/known-properties';
import { eventsRoutes } from '#ingest/contract';
import { deadLetterRoutes } from '#ingest/refused-contract';
import { warningRoutes } from '#ingest/warnings-contract';
import { notifyRoutes } from '#notify/contract';
import { insightsRoutes } from '#insights/contract';
import { knownEventsRoutes } from '#insights/known-contract';
import { savedInsightsRoutes } from '#insights/saved-contract';
import { recordingsRoutes } from '#replay/contract';
import { recordingListRoutes } from '#replay/list-contract';
import { savedFiltersRoutes } from '#replay/saved-filters-contract';
import { recordingSettingsRoutes } from '#replay/settings-contract';
import { rolloutsRoutes } from '#rollouts/contract';
import { dryRunRoutes } from '#rollouts/dry-run-contract';
import { checkRoutes } from '#rollouts/check-contract';
import { templatesRoutes } from '#rollouts/templates-contract';
import { checklistRoutes } from '#rollouts/checklist-contract';
import { drillRoutes } from '#rollouts/drill-contract';
import { feedbackRoutes } from '#rollouts/feedback-contract';
import { incidentsRoutes } from '#rollouts/incidents-contract';
import { userMessagesRoutes } from '#rollouts/user-messages-contract';
import { sourcesRoutes } from '#sources/contract';
import { signalsRoutes } from '#rollouts/signals-contract';
import { usageRoutes } from '#usage/contract';

export const api = {
  accounts: accountsRoutes,
  audit: auditRoutes,
  changes: { ...requestsRoutes, ...schedulesRoutes },
  dashboards: { ...dashboardsRoutes, ...linksRoutes },
  environments: { ...environmentsRoutes, ...comparisonRoutes },
  cohorts: { ...cohortsRoutes, ...cohortPeopleRoutes },
  deletions: deletionRoutes,
  events: eventsRoutes,
  ingestionWarnings: warningRoutes,
  earlyAccess: earlyAccessRoutes,
  errors: { ...issuesRoutes, ...alertsRoutes, ...mapsRoutes },
  experiments: {
    ...experimentsRoutes,
    ...savedMetricsRoutes,
    ...resultsRoutes,
    ...experimentLinksRoutes,
  },
  flags: flagsRoutes,
  flagBulk: bulkRoutes,
  flagComments: commentRoutes,
  flagPress: onePressRoutes,
  flagPreview: targetingPreviewRoutes,
  groups: groupsRoutes,
  incidents: { ...incidentsRoutes, ...userMessagesRoutes },
  insights: { ...insightsRoutes, ...savedInsightsRoutes },
  holdouts: holdoutsRoutes,
  members: { ...membersRoutes, ...inviteRoutes },
  overrides: overridesRoutes,
  knownEvents: knownEventsRoutes,
  knownProperties: knownPropertiesRoutes,
  notifications: notifyRoutes,
  personEdits: personEditsRoutes,
  persons: personsRoutes,
  refusedEvents: deadLetterRoutes,
  recordings: recordingsRoutes,
  recordingList: recordingListRoutes,
  savedFilters: savedFiltersRoutes,
  recordingSettings: recordingSettingsRoutes,
  rolloutAdvice: { ...templatesRoutes, ...checkRoutes, ...dryRunRoutes },
  rollouts: { ...rolloutsRoutes, ...checklistRoutes, ...drillRoutes, ...feedbackRoutes },
  secretKeys: secretKeysRoutes,
  metricSources: sourcesRoutes,
  signals: signalsRoutes,
  usage: usageRoutes,
} as const;

/** Every contract by feature and name; what `call('flags.list', …)` in the web app is typed by. */
export type Api = typeof api;
export type { RouteContract, RouteInput, RouteOutput } from '#kernel/http.contract';
