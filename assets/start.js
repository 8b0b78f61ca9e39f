// Starts the program. A file of its own, so that the page's policy allows no inline script.
const tag = document.querySelector("script[data-wasm]");
try {
  const { default: start } = await import(tag.dataset.app);
  await start({ module_or_path: tag.dataset.wasm });
  document.documentElement.dataset.start = "done";
} catch (error) {
  // The text is there already; say why it does not move.
  document.documentElement.dataset.start = "failed";
  console.error("Roundtrip could not start:", error);
}
