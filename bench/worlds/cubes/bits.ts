/** Writes and reads numbers of any length up to 32 bits, one after the other, the lowest bit first. */
export class BitWriter {
  readonly #bytes: number[] = []
  #bits = 0

  write(value: number, length: number): void {
    for (let n = 0; n < length; n++, this.#bits++) {
      if (this.#bits % 8 === 0) this.#bytes.push(0)
      if ((value >>> n) & 1) this.#bytes[this.#bytes.length - 1]! |= 1 << (this.#bits % 8)
    }
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes)
  }
}

export class BitReader {
  readonly #bytes: Uint8Array
  #bits = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  read(length: number): number {
    let value = 0
    for (let n = 0; n < length; n++, this.#bits++)
      if ((this.#bytes[this.#bits >> 3]! >> (this.#bits & 7)) & 1) value |= 1 << n
    return value >>> 0
  }
}
