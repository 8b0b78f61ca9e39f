// The reader's theme before the first picture; everything else waits for the program.
try {
  const asked = location.pathname.includes("/embed/") && new URLSearchParams(location.search).get("theme");
  const theme = asked || localStorage.getItem("roundtrip.theme");
  if (["light", "dark", "projector"].includes(theme)) document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused in sandboxed frames: the system's theme then.
}
