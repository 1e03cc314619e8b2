export type {
  BranchKeyRecord,
  BranchKeyStore,
  FingerprintKeyStore,
  KeyContext,
  KeyService,
  ShredSecretStore,
} from './ports.js';
export { KeyFileRefused, KeyNotInMemory, KeyUnavailable, RandomnessRefused, SealBroken } from './errors.js';
export type { KeyUnavailableReason, SealBrokenReason } from './errors.js';
export type { RecordClass } from './record-class.js';
export type { SealContext } from './context.js';
export type { CacheLimits } from './branch-key-cache.js';
export { type KeyServiceHook } from './branch-key-loader.js';
export { Vault, type VaultDeps } from './vault.js';
export { createLocalKeyService } from './local-key-service.js';
export { mintAuditorKey, mintServerKey, parseAuditorKey, parseServerKey, type MintedKey } from './service-key.js';
export { Fingerprinter, type Fingerprint, type FingerprinterDeps } from './fingerprinter.js';
export { normaliseCode, randomCode } from './typed-code.js';
export { opaqueToken } from './opaque-token.js';
export { constantTimeEqual, sha256 } from './digest.js';
