// Before anything is painted: say that scripts run, and put the visitor's own choice of light or dark in force.
{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const choice = localStorage.getItem("pivi-theme");
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
  } catch {
    // Storage may be switched off; then the system's setting holds.
  }
}
