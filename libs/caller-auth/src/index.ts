export { Callers } from './callers.js';
export { RefusedCallers } from './refused-callers.js';
