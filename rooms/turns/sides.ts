/** A player's side of a tent: the first one sits on the left of the state, the second one on the right. */
export function sideOf<Cards>(
  { left, right }: { readonly left: Cards; readonly right: Cards },
  seat: number,
): Cards {
  return seat === 0 ? left : right
}
