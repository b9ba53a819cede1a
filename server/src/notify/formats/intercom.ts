// Intercom's REST API, version 2.15 (https://developers.intercom.com/docs/references/2.15/rest-api/api.intercom.io): a contact
// is found by the id that our clients know, and gets a message of its own.
import { jsonRequest, type OutgoingRequest } from '#kernel/outgoing';

export type Intercom = {
  readonly token: string;
  readonly adminId: number;
  readonly apiUrl: string;
};

/** What users are told. */
export type UserMessage =
  | { readonly type: 'inapp'; readonly body: string }
  | { readonly type: 'email'; readonly subject: string; readonly body: string };

/** As Intercom knows a person. */
export type Contact = { readonly type: 'user' | 'lead'; readonly id: string };

const headersOf = ({ token }: Intercom) => ({
  authorization: `Bearer ${token}`,
  accept: 'application/json',
  'intercom-version': '2.15',
});

/** Whether the token is one: who it belongs to. */
export function intercomCheck(intercom: Intercom): OutgoingRequest {
  return { method: 'GET', url: `${intercom.apiUrl}/me`, headers: headersOf(intercom), body: '' };
}

/** Asks for the contact with our id. */
export function contactRequest(intercom: Intercom, externalId: string): OutgoingRequest {
  const query = { field: 'external_id', operator: '=', value: externalId };
  const body = { query, pagination: { per_page: 1 } };
  return jsonRequest(`${intercom.apiUrl}/contacts/search`, body, headersOf(intercom));
}

/** The contact of an answer to {@link contactRequest}; null when there is none. */
export function readContact(answer: string): Contact | null {
  try {
    const { data } = JSON.parse(answer) as { data?: { id?: unknown; role?: unknown }[] };
    const found = data?.[0];
    if (typeof found?.id !== 'string') return null;
    return { type: found.role === 'lead' ? 'lead' : 'user', id: found.id };
  } catch {
    return null;
  }
}

/** One message to one contact. */
export function intercomMessage(
  intercom: Intercom,
  to: Contact,
  message: UserMessage,
): OutgoingRequest {
  const email =
    message.type === 'email' ? { subject: message.subject, template: 'plain' as const } : {};
  const body = {
    message_type: message.type,
    ...email,
    body: message.body,
    from: { type: 'admin', id: intercom.adminId },
    to: { type: to.type, id: to.id },
    create_conversation_without_contact_reply: true,
  };
  return jsonRequest(`${intercom.apiUrl}/messages`, body, headersOf(intercom));
}
