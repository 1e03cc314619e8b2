export { Egress, type EgressLogger, type EgressOptions, type OpenOptions, type RequestOptions } from './egress.js';
export { OpenRequest, type EgressResponse, type SendOptions } from './open-request.js';
export { EgressError, type EgressStage } from './egress-error.js';
export { type ResolveHost } from './resolve.js';
