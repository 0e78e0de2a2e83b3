/**
 * The one script that a report may hold: it sorts tables by a click on a column's name and narrows them to rows that hold a
 * text. It reads and moves what is on the page, and makes nothing of text but text. Without it the page is whole.
 */

export const sortingScript = `
for (const box of document.querySelectorAll(".sortable")) {
  const body = box.querySelector("tbody");
  const rows = [...body.rows];
  const order = new Intl.Collator("en", { numeric: true });
  const filter = document.createElement("input");
  filter.type = "search";
  filter.className = "filter";
  filter.placeholder = "Filter " + rows.length + " rows";
  filter.setAttribute("aria-label", "Filter rows");
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  if (rows.length > 5) box.before(filter);
  for (const head of box.querySelectorAll("th")) {
    head.querySelector("button").addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") === "ascending";
      for (const other of box.querySelectorAll("th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const text = (row) => row.cells[head.cellIndex].textContent;
      rows.sort((a, b) => (falling ? -1 : 1) * order.compare(text(a), text(b)));
      body.append(...rows);
    });
  }
}
`;
