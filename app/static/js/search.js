// The search page: a choice shows its hits at once, without losing the place; long facets get a filter box.

const page = document.getElementById("sok");
const form = document.getElementById("sokform");
const status = document.createElement("p");
status.className = "hidden-text";
status.setAttribute("role", "status");
document.body.append(status);

let request = null;
let here = location.pathname + location.search;

/** The address of what is chosen now, without what is empty or chosen anyway. */
function address() {
  const parameters = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value !== "") parameters.append(name, value);
  }
  const query = parameters.toString();
  return form.action + (query ? `?${query}` : "");
}

/** Which folded parts stand open, so that they still do when the page has changed. */
function opened() {
  return [...page.querySelectorAll("details")].map((details) => details.open);
}

async function show(url, { keep }) {
  request?.abort();
  request = new AbortController();
  page.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { signal: request.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const arrived = new DOMParser().parseFromString(await answer.text(), "text/html");
    const folded = opened();
    const focused = document.activeElement?.id;
    for (const id of ["filter", "resultat"]) {
      const fresh = arrived.getElementById(id);
      const old = document.getElementById(id);
      old.replaceChildren(...fresh.childNodes);
    }
    const details = [...page.querySelectorAll("details")];
    if (details.length === folded.length) details.forEach((item, index) => (item.open ||= folded[index]));
    document.title = arrived.title;
    for (const selector of ['link[rel="canonical"]', ".nav--side a"]) {
      const fresh = arrived.querySelector(selector);
      if (fresh) document.querySelector(selector)?.replaceWith(fresh);
    }
    if (keep) history.pushState(null, "", url + (location.hash === "#filter" ? "#filter" : ""));
    here = location.pathname + location.search;
    filterBoxes();
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    status.textContent = `${page.dataset.live} ${document.getElementById("resultat-rubrik").textContent}`;
  } catch (problem) {
    // The plain way always works: let the browser fetch the page itself.
    if (problem.name !== "AbortError") window.location.assign(url);
  } finally {
    page.removeAttribute("aria-busy");
  }
}

/** A box above a long facet that hides the rows without the letters in it. */
function filterBoxes() {
  for (const group of page.querySelectorAll("[data-filterable]")) {
    if (group.querySelector(".facet-filter")) continue;
    const label = document.createElement("label");
    label.className = "facet-filter field";
    const name = document.createElement("span");
    name.className = "hidden-text";
    name.textContent = group.dataset.filterable;
    const input = document.createElement("input");
    input.className = "ds-input";
    input.type = "search";
    input.placeholder = group.dataset.filterable;
    input.autocomplete = "off";
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLocaleLowerCase();
      const more = group.querySelector(".facet-more");
      if (more && wanted) more.open = true;
      for (const row of group.querySelectorAll(".facet-row")) {
        row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
      }
    });
    label.append(name, input);
    group.querySelector("legend").after(label);
  }
}

if (page && form) {
  page.dataset.isLive = "";
  document.addEventListener("change", (event) => {
    const chosen = event.target;
    if (chosen.form === form && chosen.name !== "q") show(address(), { keep: true });
  });
  // "Visa insatser" on the facet page has nothing left to do but go to the hits.
  document.addEventListener("click", (event) => {
    if (event.target.closest(".filter-submit button") && location.hash === "#filter") {
      event.preventDefault();
      location.hash = "#resultat";
    }
  });
  // Going to the filters or back to the hits is a popstate too; then the search is the same.
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search !== here) show(location.href.split("#")[0], { keep: false });
  });
  filterBoxes();
}
