import { expect, it, vi } from 'vitest'
import * as ws from 'ws'
import { framed, OPCODES } from '../../../server/transport/framing.ts'
import { framedOnce } from '../../../server/transport/turn.ts'

const { Sender } = ws as unknown as {
  Sender: { frame(data: Buffer, options: object): Buffer[] }
}

it.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])(
  'a frame of %i bytes is what ws would send',
  (bytes) => {
    const payload = Buffer.alloc(bytes, 7)
    for (const opcode of Object.values(OPCODES)) {
      const options = { fin: true, opcode, mask: false, readOnly: true, rsv1: false }
      expect(framed(payload, opcode).equals(Buffer.concat(Sender.frame(payload, options)))).toBe(true)
    }
  },
)

it('[BP2] what many are sent in one turn is framed once, and anew in the next, where it may hold something else', async () => {
  const payload = Buffer.from('one')
  const first = framedOnce(payload, OPCODES.binary)
  expect(framedOnce(payload, OPCODES.binary)).toBe(first)
  expect(framedOnce(payload, OPCODES.text)).not.toBe(first)
  expect(framedOnce(Buffer.from('two'), OPCODES.binary).subarray(2).toString()).toBe('two')
  await vi.waitFor(() => {})
  payload.write('six')
  expect(framedOnce(payload, OPCODES.binary).subarray(2).toString()).toBe('six')
})
