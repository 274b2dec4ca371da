import { expectTypeOf, it } from 'vitest'
import { GameRoom } from '../../server/index.ts'
import { type SchemaType, schema, t } from '../../shared/schema.ts'

// Checked by tsc, which fails on an unused @ts-expect-error; nothing here is ever called.

const Boat = schema(
  {
    x: t.float32().default(0),
    y: t.float32().default(0),
    name: t.string().default(''),
    moored: t.boolean().default(false),
  },
  'Boat',
)
const HarbourState = schema({ boats: t.map(Boat).view(), log: t.array('string') }, 'HarbourState')
type HarbourState = SchemaType<typeof HarbourState>

class HarbourRoom extends GameRoom<{ state: HarbourState; events: { horn: number } }> {
  override state = new HarbourState()
  boats = this.interest(this.state.boats, {
    x: 'x',
    y: 'y',
    radiusMetres: 300,
    visible: (boat, { client, own }) => {
      expectTypeOf(boat.name).toEqualTypeOf<string>()
      client.send('horn', 3)
      return !boat.moored || own?.name === boat.name
    },
  })
  declare() {
    // @ts-expect-error a name is no place
    this.interest(this.state.boats, { x: 'name', y: 'y', radiusMetres: 1 })
    // @ts-expect-error neither is a flag
    this.interest(this.state.boats, { x: 'x', y: 'moored', radiusMetres: 1 })
    // @ts-expect-error there is no such field
    this.interest(this.state.boats, { x: 'x', y: 'depth', radiusMetres: 1 })
    // @ts-expect-error nor a method for a size
    this.interest(this.state.boats, { x: 'x', y: 'y', sizeMetres: 'toJSON', radiusMetres: 1 })
    // @ts-expect-error the radius is required
    this.interest(this.state.boats, { x: 'x', y: 'y' })
    // @ts-expect-error texts have no place
    this.interest(this.state.log, { x: 'length', y: 'length', radiusMetres: 1 })
  }
}

it('an interest area takes numeric fields of its own entities only', () => {
  expectTypeOf<HarbourRoom['boats']['sees']>().parameter(1).toEqualTypeOf<SchemaType<typeof Boat>>()
})
