/** Differences of short texts line by line, for folds. */

/** More lines than this are not compared but shown one after the other: the comparison takes their product. */
const mostLines = 600;

/** Lines with `+`, `-` or a space before them: a shortest edit of the one list to the other. */
export function lineDiff(before: readonly string[], after: readonly string[]): string[] {
  if (before.length > mostLines || after.length > mostLines)
    return [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
  const common = commonLengths(before, after);
  const lines: string[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    if (left < before.length && right < after.length && before[left] === after[right]) {
      lines.push(` ${before[left]}`);
      [left, right] = [left + 1, right + 1];
    } else if (right === after.length || (left < before.length && at(left + 1, right) >= at(left, right + 1))) {
      lines.push(`-${before[left++]}`);
    } else {
      lines.push(`+${after[right++]}`);
    }
  }
  return lines;

  function at(row: number, column: number): number {
    return common[row]?.[column] ?? 0;
  }
}

/** How many lines two tails have in common, for each pair of beginnings. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      const [here, below] = [table[row], table[row + 1]];
      if (!here || !below) continue;
      here[column] =
        before[row] === after[column]
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, here[column + 1] ?? 0);
    }
  }
  return table;
}
