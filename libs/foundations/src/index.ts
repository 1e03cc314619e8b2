export { openFoundations, type Foundations, type FoundationSettings } from './foundations.js';
