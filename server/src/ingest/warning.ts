// What went wrong, or nearly, with single events: such problems never fail a request, they are counted
// per environment and shown to its users.

export type WarningKind =
  | 'event_not_an_object'
  | 'event_name_missing'
  | 'event_name_too_long'
  | 'distinct_id_missing'
  | 'distinct_id_too_long'
  | 'uuid_invalid'
  | 'properties_invalid'
  | 'property_too_deep'
  | 'property_name_too_long'
  | 'too_many_properties'
  | 'event_too_large'
  | 'timestamp_unreadable'
  | 'timestamp_in_future'
  | 'invalid_process_person_profile'
  | 'invalid_event_when_process_person_profile_is_false'
  | 'client_ingestion_warning';

export type Warning = {
  readonly kind: WarningKind;
  readonly detail: string;
  /** Field at fault. */
  readonly attr?: string;
};
