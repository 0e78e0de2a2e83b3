/** How much work an analysis may do, in steps. Steps and not seconds, so that the same input has the same answer on every machine. */

export interface Budget {
  /** What is left. Counted down. */
  steps: number;
  /** Why something is undecided when nothing is left. */
  readonly reason: string;
}

/** Thrown when a budget is used up; the message is the reason. What was not reached is undecided. */
export class TooMuch extends Error {}

/** A step is about a tenth of a microsecond: at most about one second for all files of a run. */
const stepsOfRun = 5_000_000;

/** A budget for a whole run: what many comparisons take from together. */
export function newBudget(steps: number = stepsOfRun): Budget {
  return { steps, reason: "the limit of work for one run is reached" };
}

/** Takes steps from a budget. */
export function spend(budget: Budget, steps = 1): void {
  budget.steps -= steps;
  if (budget.steps < 0) throw new TooMuch(budget.reason);
}

/** How much of the work a part may do: `most` steps, of which the first `free` are not taken from the budget. */
interface Share {
  readonly most: number;
  readonly free?: number;
  readonly reason: string;
}

/** Does a part of the work. The reason is that of the part, or of the budget where that has less left. */
export function within<T>(budget: Budget, { most, free = 0, reason }: Share, work: (part: Budget) => T): T {
  const granted = free + Math.max(0, Math.min(most - free, budget.steps));
  const part = { steps: granted, reason: granted < most ? budget.reason : reason };
  try {
    return work(part);
  } finally {
    budget.steps -= Math.max(0, granted - Math.max(0, part.steps) - free);
  }
}
