// An answer's table: sorted by any column in the order of the language, and unfolded when it is long.

/** What a cell is sorted by: a number, a text, or null for nothing. */
function key(cell) {
  if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
  const shown = cell.querySelector(".cell-link, .cell-text, code");
  return shown ? shown.textContent.trim() : null;
}

function compare(one, other, collator) {
  // Numbers before texts, what is empty last.
  if (one === null || other === null) return (one === null) - (other === null);
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
  return collator.compare(one, other);
}

function sort(table, heading, collator) {
  const descending = heading.ariaSort === "ascending";
  const at = heading.cellIndex;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, key: key(row.cells[at]) }));
  rows.sort((one, other) => {
    if (one.key === null || other.key === null) return compare(one.key, other.key, collator);
    return (descending ? -1 : 1) * compare(one.key, other.key, collator);
  });
  body.append(...rows.map((each) => each.row));
  for (const each of heading.parentElement.cells) each.ariaSort = null;
  heading.ariaSort = descending ? "descending" : "ascending";
}

/** Give a table's headings buttons that sort, and its rows the button that shows all of them. */
export function table(element, language, announce) {
  if (element.dataset.ready !== undefined) return;
  element.dataset.ready = "";
  const collator = new Intl.Collator(language, { numeric: true });
  if (element.tBodies[0].rows.length > 1) {
    for (const heading of element.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.title = `${element.dataset.sortBy} ${heading.textContent}`;
      button.append(...heading.childNodes);
      button.addEventListener("click", () => {
        sort(element, heading, collator);
        const order = heading.ariaSort === "ascending" ? element.dataset.ascending : element.dataset.descending;
        announce(`${heading.textContent}, ${order}`);
      });
      heading.append(button);
      heading.classList.add("is-sortable");
    }
  }
  const unfold = document.querySelector(`[data-unfold="${element.id}"]`);
  unfold?.addEventListener("click", () => {
    const first = element.tBodies[0].rows[20];
    element.classList.remove("is-folded");
    unfold.parentElement.remove();
    first.tabIndex = -1;
    first.focus();
  });
}
