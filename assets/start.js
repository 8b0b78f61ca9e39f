// Starts the program. A file of its own, so that the page's policy allows no inline script.
const tag = document.querySelector("script[data-wasm]");

// The engine is a program of its own, fetched when a diagram first needs it.
let engine;
globalThis.roundtripEngine = () => engine ??= (async () => {
  const code = fetch(tag.dataset.engineWasm);
  const { default: start, answer } = await import(tag.dataset.engine);
  await start({ module_or_path: code });
  return answer;
})();

try {
  // The text comes first: nothing is fetched for the program before the page has been painted.
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  const code = fetch(tag.dataset.wasm);
  // A diagram that is seen already needs both programs: neither waits for the other.
  const first = document.querySelector("section.player")?.getBoundingClientRect();
  if (first && first.top < innerHeight) roundtripEngine().catch(() => {});
  const { default: start } = await import(tag.dataset.app);
  await start({ module_or_path: code });
  document.documentElement.dataset.start = "done";
} catch (error) {
  // The page reads without it; say why it does not move.
  document.documentElement.dataset.start = "failed";
  console.error("Roundtrip could not start:", error);
}
