// A–Ö: a box that leaves the entries with the letters in it.

for (const input of document.querySelectorAll("[data-filter]")) {
  const list = document.querySelector(input.dataset.filter);
  const note = document.createElement("p");
  note.className = "entries-note";
  note.setAttribute("role", "status");
  input.parentElement.append(note);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLocaleLowerCase();
    let count = 0;
    for (const group of list.children) {
      let left = 0;
      for (const entry of group.querySelectorAll("[data-filter-text]")) {
        entry.hidden = !entry.dataset.filterText.toLocaleLowerCase().includes(wanted);
        if (!entry.hidden) left += 1;
      }
      group.hidden = left === 0;
      count += left;
    }
    const { none, one, many } = input.dataset;
    if (!wanted) note.textContent = "";
    else if (count === 0) note.textContent = none;
    else note.textContent = count === 1 ? one : many.replace("{antal}", count);
  });
}
