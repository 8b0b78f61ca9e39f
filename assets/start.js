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

// What is for studying is a program of its own: it keeps the pages of the review and of quizzes,
// and draws into the other pages when a quiz or cards come near.
let study;
const studying = () => study ??= (async () => {
  const code = fetch(tag.dataset.studyWasm);
  const program = await import(tag.dataset.study);
  await program.default({ module_or_path: code });
  return program;
})();
globalThis.roundtripStudy = (island) => {
  if (island.dataset.guest) return;
  island.dataset.guest = "coming";
  studying().then(({ part }) => part(island)).catch((error) => {
    // The text that was sent stays; only what answers is missing.
    island.insertAdjacentHTML("beforeend", '<p class="notice bad" role="status">The quiz could not be loaded. Load the page again to try once more.</p>');
    console.error("Roundtrip could not load the quiz:", error);
  });
};

// Files for other programs come from a third one, which has the ciphers.
globalThis.roundtripSave = async (order, format, name) => {
  const code = fetch(tag.dataset.captureWasm);
  const { default: start, file } = await import(tag.dataset.capture);
  await start({ module_or_path: code });
  const bytes = file(order, format);
  if (!bytes) throw new Error(`no file ${name}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  // The browser has taken the bytes by then or never will.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

// Code goes to the clipboard; where that is forbidden it is selected, ready for the keyboard.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("button.copy");
  if (!button) return;
  const code = button.previousElementSibling;
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    getSelection().selectAllChildren(code);
    said = "Selected";
  }
  button.textContent = button.nextElementSibling.textContent = said;
  setTimeout(() => {
    button.textContent = "Copy";
    button.nextElementSibling.textContent = "";
  }, 2000);
});

try {
  // The text comes first: nothing is fetched for the program before the page has been painted.
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  // Pages for studying are kept by their own program; it also knows what to do where there is none.
  const whole = document.querySelector("main.study, [data-missing]")
    || !document.getElementById("rt-data");
  const code = whole || fetch(tag.dataset.wasm);
  // A diagram that is seen already needs both programs: neither waits for the other.
  const first = document.querySelector("section.player")?.getBoundingClientRect();
  if (first && first.top < innerHeight) roundtripEngine().catch(() => {});
  if (whole) {
    (await studying()).page();
  } else {
    const { default: start } = await import(tag.dataset.app);
    await start({ module_or_path: code });
  }
  document.documentElement.dataset.start = "done";
} catch (error) {
  // The page reads without it; say why it does not move.
  document.documentElement.dataset.start = "failed";
  console.error("Roundtrip could not start:", error);
}
