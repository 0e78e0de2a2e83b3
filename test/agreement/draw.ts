/** Drawing from a seeded source of numbers. */

export type Random = (limit: number) => number;

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)] as T;
}

/** True so many times out of a hundred. */
export function chance(random: Random, percent: number): boolean {
  return random(100) < percent;
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(random(rest.length), 1)[0] as T);
}

/** From one to all of them, in any order. */
export function some<T>(random: Random, items: readonly T[]): T[] {
  return shuffled(random, items).slice(0, 1 + random(items.length));
}

/** The members in any order. */
export function reordered<T extends object>(random: Random, members: T): T {
  return Object.fromEntries(shuffled(random, Object.entries(members))) as T;
}
