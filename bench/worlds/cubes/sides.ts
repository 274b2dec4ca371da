/** The ways in which the cubes are told, and how exact each has to be. */
export const SIDES = [
  { side: 'json-all', name: 'Socket.io, JSON of everything', exact: true },
  { side: 'json-changes', name: 'Socket.io, JSON of what changed', exact: true },
  { side: 'plain-float', name: 'plain Colyseus, float32', exact: true },
  { side: 'plain-quantised', name: 'plain Colyseus, quantised', exact: false },
  { side: 'fairground-float', name: 'Fairground, float32', exact: true },
  { side: 'fairground-quantised', name: 'Fairground, quantised', exact: false },
  { side: 'fairground-area', name: 'Fairground, quantised, within 8 m', exact: false },
  { side: 'packed', name: 'bare ws, bits packed by hand', exact: false },
] as const

export type Side = (typeof SIDES)[number]['side']
