export { systemClock, type Clock } from './clock.js';
export { systemRandom, type Random } from './random.js';
export { idPrefixes, newId, parsePublicId, publicId, type IdKind, type Uuid } from './id.js';
export { Secret } from './secret.js';
export { Failure, type AccountChoice, type DeniedBy, type FailureCode, type FailureDetails } from './failure.js';
export { assertNever } from './assert-never.js';
