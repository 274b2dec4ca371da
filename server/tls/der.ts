/**
 * As much DER (ITU-T X.690) as name constraints need. The certificate library neither writes nor reads them,
 * and loading it at every start only to look would cost more than these lines.
 */

export interface DerValue {
  readonly tag: number
  readonly content: Buffer
}

/** One value with a definite length; content up to 65,535 bytes. */
export function encodeDer(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  if (body.length > 0xffff) throw new RangeError('DER content is too long')
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

/**
 * The values that stand one after another in `bytes`: the members of a SEQUENCE, given its content.
 * @throws RangeError if a length points beyond the end, or a tag or length has a form we never write.
 */
export function decodeDer(bytes: Buffer): DerValue[] {
  const values: DerValue[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const tag = bytes.readUInt8(offset)
    const first = bytes.readUInt8(offset + 1)
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    if ((tag & 0x1f) === 0x1f || first === 0x80 || lengthBytes > 4) throw new RangeError('unknown DER form')
    const start = offset + 2 + lengthBytes
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(offset + 2, lengthBytes)
    if (start + length > bytes.length) throw new RangeError('DER value is cut off')
    values.push({ tag, content: bytes.subarray(start, start + length) })
    offset = start + length
  }
  return values
}
