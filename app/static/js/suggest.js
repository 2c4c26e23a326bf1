// Suggestions while typing: a combobox with a list box (ARIA Authoring Practices 1.2, "editable with list").
// The text field keeps the focus all the time; the arrow keys move aria-activedescendant.

const DELAY = 120;

function combobox(box) {
  const address = box.dataset.suggest;
  const input = box.querySelector("input");
  if (!address || !input) return;

  const list = document.createElement("ul");
  list.id = "forslag";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  const status = document.createElement("p");
  status.className = "hidden-text";
  status.setAttribute("role", "status");
  box.append(list, status);

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  let shown = [];
  let active = -1;
  let timer = 0;
  let request = null;

  const options = () => [...list.children];

  function mark(index) {
    active = index;
    options().forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    if (index < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      const option = list.children[index];
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  /** What has not come yet comes no more: it would open the list again, or take the marked option away. */
  function settle() {
    clearTimeout(timer);
    request?.abort();
  }

  function close() {
    settle();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function show(suggestions) {
    shown = suggestions;
    list.replaceChildren(
      ...suggestions.map((suggestion, index) => {
        const option = document.createElement("li");
        option.id = `forslag-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const kind = document.createElement("span");
        kind.textContent = suggestion.kind;
        option.append(suggestion.text, " ", kind);
        option.addEventListener("pointerdown", (event) => event.preventDefault());
        option.addEventListener("click", () => {
          window.location.assign(suggestion.url);
        });
        return option;
      }),
    );
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    const { suggestOne, suggestMany } = box.dataset;
    if (suggestions.length === 0) status.textContent = "";
    else status.textContent = suggestions.length === 1 ? suggestOne : suggestMany.replace("{antal}", suggestions.length);
  }

  async function ask() {
    request?.abort();
    const text = input.value.trim();
    if (text.length < 2) {
      close();
      return;
    }
    request = new AbortController();
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      if (document.activeElement === input) show(suggestions);
    } catch (problem) {
      if (problem.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, DELAY);
  });

  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!open) {
        if (event.key === "ArrowDown" && shown.length > 0) show(shown);
        else return;
      }
      event.preventDefault();
      settle();
      const count = shown.length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place more than there are options: the text field itself.
      mark(((active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      window.location.assign(shown[active].url);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") {
      close();
    }
  });

  input.addEventListener("blur", close);
}

document.querySelectorAll("[data-suggest]").forEach(combobox);
