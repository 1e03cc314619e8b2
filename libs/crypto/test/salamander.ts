import { createCipheriv } from 'node:crypto';

/*
 * AES-GCM alone does not commit to its key: one body can be authentic under two. This makes such a body of one block,
 * so that a test can show that the envelope's commitment refuses what GCM accepts (NIST SP 800-38D, section 6.4).
 */

const blockBits = 128;
const reduction = 0xe1n << 120n;

/** The ciphertext block and tag that authenticate under both keys, with the same nonce (12 bytes) and AAD. */
export function bodyForTwoKeys(keys: readonly [Buffer, Buffer], nonce: Buffer, aad: Buffer): Buffer {
  const [one, two] = [terms(keys[0], nonce, aad), terms(keys[1], nonce, aad)];
  // tag = fixed ⊕ block·H², for both keys: hence the one block for which both tags are equal.
  const block = multiply(one.fixed ^ two.fixed, inverse(one.square ^ two.square));
  return Buffer.concat([toBytes(block), toBytes(one.fixed ^ multiply(block, one.square))]);
}

function terms(key: Buffer, nonce: Buffer, aad: Buffer): { fixed: bigint; square: bigint } {
  const hash = toNumber(encryptBlock(key, Buffer.alloc(16)));
  const mask = toNumber(encryptBlock(key, Buffer.concat([nonce, Buffer.from([0, 0, 0, 1])])));
  let sum = 0n;
  for (let at = 0; at < aad.length; at += 16) {
    const padded = Buffer.alloc(16);
    aad.copy(padded, 0, at, at + 16);
    sum = multiply(sum ^ toNumber(padded), hash);
  }
  const lengths = (BigInt(aad.length * 8) << 64n) | BigInt(blockBits);
  const square = multiply(hash, hash);
  return { fixed: mask ^ multiply(sum, square) ^ multiply(lengths, hash), square };
}

function encryptBlock(key: Buffer, block: Buffer): Buffer {
  return createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block);
}

/** In GF(2^128) with the bit order of GHASH. */
function multiply(left: bigint, right: bigint): bigint {
  let product = 0n;
  let shifted = right;
  for (let bit = blockBits - 1; bit >= 0; bit--) {
    if ((left >> BigInt(bit)) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ reduction : shifted >> 1n;
  }
  return product;
}

/** value^(2^128 - 2) */
function inverse(value: bigint): bigint {
  let result = 1n << 127n;
  let power = value;
  for (let step = 1; step < blockBits; step++) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

function toNumber(block: Buffer): bigint {
  return BigInt(`0x${block.toString('hex')}`);
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(32, '0'), 'hex');
}
