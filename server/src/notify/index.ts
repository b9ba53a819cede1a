// Door of notifications: queue one inside the transaction that it tells of.
export { reachesUsers } from './channel.ts';
export { listChannels } from './channel.store.ts';
export { readOutbox } from './delivery.store.ts';
export { listTold, rewordNotifications } from './told.store.ts';
export { registerNotifications } from './notify.routes.ts';
export {
  type NotificationOptions,
  type Notifications,
  openNotifications,
} from './notifications.service.ts';
export { webhookSecret } from './signing.client.ts';
export { queueNotification } from './notify.service.ts';
export type { UserMessage } from './formats/intercom.ts';
export { projectOfWebhook, sendToUser, type UserDelivery } from './user-message.service.ts';
