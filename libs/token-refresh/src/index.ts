export { TokenRefresher } from './token-refresher.js';
export type { AttemptFact, TokenRefresherDeps } from './refresh-deps.js';
export type { RefreshCall, RefreshReason, RefreshResult } from './refresh-call.js';
export { refreshSteps, type RefreshStep, type StepObserver } from './steps.js';
export { longestDrainMs, refreshTimes, type RefreshTimes } from './refresh-times.js';
