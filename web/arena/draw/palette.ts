/** Sixteen colours that stay apart on the dark floor; `Fighter.colour` is an index into them. */
const FIGHTER_COLOURS = [
  '#ff5d73', '#ffd166', '#5ce1c6', '#7aa2ff', '#c792ff', '#ff9f5a', '#9be564', '#ff8ad1',
  '#4cc9f0', '#f4e285', '#e05780', '#80ffdb', '#b8c0ff', '#d4a373', '#a0e8af', '#ffb3c1',
] as const // biome-ignore format: two rows of eight

export function fighterColour(index: number): string {
  return FIGHTER_COLOURS[index % FIGHTER_COLOURS.length]!
}

export const PICKUP_LOOKS = {
  health: { colour: '#7dffa9', word: 'health' },
  boost: { colour: '#6ec8ff', word: 'speed' },
  rapid: { colour: '#ffd166', word: 'rapid fire' },
} as const
