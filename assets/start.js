// Starts the program. A file of its own, so that the page's policy allows no inline script.
const tag = document.querySelector("script[data-wasm]");
try {
  // The text comes first: nothing is fetched for the program before the page has been painted.
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  const code = fetch(tag.dataset.wasm);
  const { default: start } = await import(tag.dataset.app);
  await start({ module_or_path: code });
  document.documentElement.dataset.start = "done";
} catch (error) {
  // The page reads without it; say why it does not move.
  document.documentElement.dataset.start = "failed";
  console.error("Roundtrip could not start:", error);
}
