/** Names as Go compares them without regard to case. */

/** Names are equal for Go's strings.EqualFold when this is: two letters outside of ASCII count as s and k. */
export function fold(name: string): string {
  return name.toLowerCase().replaceAll("\u017f", "s");
}
