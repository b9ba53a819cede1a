// Door of notifications: queue one inside the transaction that it tells of.
export { listChannels } from './channel.store.ts';
export { listTold } from './delivery.store.ts';
export { registerNotifications } from './notify.routes.ts';
export {
  type NotificationOptions,
  type Notifications,
  openNotifications,
} from './notifications.service.ts';
export { queueNotification } from './notify.service.ts';
