import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A new P-256 private key as PKCS #8 PEM text. */
export function newKeyPem(): string {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string
}

/** The key in a PEM text; `undefined` if it is broken, encrypted or of another kind. */
export function parseP256Key(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
  } catch {
    return undefined
  }
}
