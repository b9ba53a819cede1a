// Door of early access: the routes of the management API, and what applications may offer their people.
export { registerEarlyAccess } from './early-access.routes.ts';
export { type OfferedFeature, offeredFeatures } from './early-access.service.ts';
