// A webhook of Intercom (version 2.15): somebody has begun a conversation.

/** A question to support. */
export type Ticket = {
  readonly conversationId: string;
  /** The id under which our clients know whoever asks. */
  readonly distinctId: string;
  /** Undefined where Intercom does not say. */
  readonly atMs: number | undefined;
};

type Contact = { readonly external_id?: unknown };
type Notification = {
  readonly topic?: unknown;
  readonly data?: {
    readonly item?: {
      readonly id?: unknown;
      readonly created_at?: unknown;
      readonly contacts?: { readonly contacts?: readonly Contact[] };
    };
  };
};

const MAX_ID = 200;

/** Null for other topics, and for people who have no id of ours. */
export function readTicket(body: Buffer): Ticket | null {
  const { topic, data } = parsed(body);
  const { id, created_at: createdAt, contacts } = data?.item ?? {};
  const distinctId = contacts?.contacts?.[0]?.external_id;
  if (topic !== 'conversation.user.created' || typeof id !== 'string') return null;
  if (typeof distinctId !== 'string' || distinctId === '' || id.length > MAX_ID) return null;
  return {
    conversationId: id,
    distinctId,
    atMs: typeof createdAt === 'number' ? createdAt * 1000 : undefined,
  };
}

function parsed(body: Buffer): Notification {
  try {
    return (JSON.parse(body.toString('utf8')) as Notification | null) ?? {};
  } catch {
    return {};
  }
}
