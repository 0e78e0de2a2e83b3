/** Work on the items of a listing, several at once and answered in the listing's order. */

/**
 * `work(item)` for every item, with at most `most` of them under way; a result is answered when all before it are. The
 * listing is read only as far as there is room. A failed item fails the whole; what was under way is left to end by itself.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  most: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    // It is awaited below, perhaps much later; until then its failure is not unhandled.
    result.catch(() => {});
    underWay.push(result);
    if (underWay.length >= most) yield await (underWay.shift() as Promise<R>);
  }
  for (const result of underWay) yield await result;
}
