export { Callers } from './callers.js';
export { CountedRefusals, type CountedRefusalsDeps } from './counted-refusals.js';
