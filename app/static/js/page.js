// What every page has: the menu on narrow screens, light or dark, copying, printing, folded facts.

const status = document.createElement("p");
status.className = "hidden-text";
status.setAttribute("role", "status");
document.body.append(status);

/** Say something to a screen reader without moving the focus. */
export function announce(sentence) {
  status.textContent = "";
  requestAnimationFrame(() => {
    status.textContent = sentence;
  });
}

function menu(link) {
  const header = link.closest(".header");
  const button = document.createElement("button");
  button.type = "button";
  button.innerHTML = link.innerHTML;
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", link.dataset.menu);
  link.replaceWith(button);
  const show = (open) => {
    header.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") === "false"));
  header.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && header.classList.contains("is-open")) {
      show(false);
      button.focus();
    }
  });
}

function theme(fieldset) {
  const root = document.documentElement;
  const chosen = root.dataset.theme ?? "auto";
  fieldset.querySelector(`[value="${chosen}"]`).checked = true;
  fieldset.addEventListener("change", (event) => {
    const choice = event.target.value;
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
    try {
      if (choice === "auto") localStorage.removeItem("pivi-theme");
      else localStorage.setItem("pivi-theme", choice);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  });
}

/** Let a button copy what it names; for buttons that come later than the page, too. */
export function copy(button) {
  const label = button.querySelector("span");
  const before = label.textContent;
  button.addEventListener("click", async () => {
    const source = button.dataset.copyFrom;
    const text = source ? document.getElementById(source).textContent.trim() : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      window.prompt(before, text);
      return;
    }
    label.textContent = button.dataset.copied;
    announce(button.dataset.copied);
    setTimeout(() => {
      label.textContent = before;
    }, 4000);
  });
}

/** Older browsers cannot show a folded element on wide screens by style alone. */
function unfold(details) {
  if (CSS.supports("selector(::details-content)")) return;
  const wide = window.matchMedia("(width >= 67.5em)");
  const follow = () => {
    if (wide.matches) details.open = true;
  };
  wide.addEventListener("change", follow);
  follow();
}

document.querySelectorAll("[data-menu]").forEach(menu);
document.querySelectorAll(".theme").forEach(theme);
document.querySelectorAll("[data-copy], [data-copy-from]").forEach(copy);
document.querySelectorAll("[data-wide-open]").forEach(unfold);
document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
