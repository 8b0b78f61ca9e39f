//! The engine's module of the browser: Trunk keeps the plain names of a second program, so its
//! files get names that change with what is in them here, as all other files have them.

use std::fs;
use std::io;
use std::path::Path;

use crate::failure::{Failure, Outcome};

/// The files as Trunk writes them: the script, then the WebAssembly.
const FILES: [&str; 2] = ["engine.js", "engine_bg.wasm"];

/// Renames the module's files in a folder of the site, in its page too.
///
/// # Errors
/// A file is missing or cannot be written.
pub fn rename(folder: &Path) -> Outcome<()> {
    renamed(folder)
        .map_err(|error| Failure::new(format!("the engine in {}: {error}", folder.display())))
}

fn renamed(folder: &Path) -> io::Result<()> {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for name in FILES {
        hash = hashed(hash, &fs::read(folder.join(name))?);
    }
    let page = folder.join("index.html");
    let mut text = fs::read_to_string(&page)?;
    for name in FILES {
        let new = name.replacen("engine", &format!("engine-{hash:016x}"), 1);
        text = text.replace(&format!("/{name}\""), &format!("/{new}\""));
        fs::rename(folder.join(name), folder.join(new))?;
    }
    fs::write(page, text)
}

/// FNV-1a with 64 bits.
fn hashed(hash: u64, bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_engine_changes_with_its_files_and_the_page_follows() {
        let folder = std::env::temp_dir().join(format!("roundtrip-module-{}", std::process::id()));
        let page = "<script data-engine=\"/sub/engine.js\" data-wasm=\"/sub/engine_bg.wasm\">";
        let mut seen = Vec::new();
        for wasm in ["one", "two"] {
            fs::create_dir_all(&folder).unwrap_or_default();
            for (file, text) in [(FILES[0], "script"), (FILES[1], wasm), ("index.html", page)] {
                assert!(fs::write(folder.join(file), text).is_ok());
            }
            assert!(rename(&folder).is_ok());
            let text = fs::read_to_string(folder.join("index.html")).unwrap_or_default();
            let name = text.split("/sub/").nth(1).and_then(|rest| rest.split('"').next());
            let name = name.unwrap_or_default().to_owned();
            assert!(name.starts_with("engine-") && folder.join(&name).is_file(), "{text}");
            assert!(!text.contains("/engine.js") && !text.contains("/engine_"), "{text}");
            seen.push(name);
        }
        assert_ne!(seen[0], seen[1]);
        assert!(rename(&folder.join("nowhere")).is_err());
        assert!(fs::remove_dir_all(&folder).is_ok());
    }
}
