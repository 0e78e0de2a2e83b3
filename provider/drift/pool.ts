/** Many pieces of work, a few at a time. */

/** Works through the items with at most `most` under way. The first failure ends it once all under way have ended. */
export async function eachOf<T>(items: Iterable<T>, most: number, work: (item: T) => Promise<void>): Promise<void> {
  const source = items[Symbol.iterator]();
  let failed: { error: unknown } | undefined;
  const worker = async () => {
    for (let next = source.next(); !next.done && !failed; next = source.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  if (failed) throw failed.error;
}
