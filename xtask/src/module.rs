//! The browser's programs besides the first: Trunk keeps their plain names, so their files get
//! names that change with what is in them here, as all other files have them.

use std::fs;
use std::io;
use std::path::Path;

use crate::failure::{Failure, Outcome};

/// The programs besides `app`.
pub const MODULES: [&str; 3] = ["study", "engine", "capture"];

/// What Trunk writes of a program: the script, then the WebAssembly.
const FILES: [&str; 2] = [".js", "_bg.wasm"];

/// Renames the files of the further programs in a folder of the site, in its page too.
///
/// # Errors
/// A file is missing or cannot be written.
pub fn rename(folder: &Path) -> Outcome<()> {
    MODULES.iter().try_for_each(|module| {
        renamed(folder, module)
            .map_err(|error| Failure::new(format!("{module} in {}: {error}", folder.display())))
    })
}

fn renamed(folder: &Path, module: &str) -> io::Result<()> {
    let names = FILES.map(|end| format!("{module}{end}"));
    keep_apart(&folder.join(&names[0]), module)?;
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for name in &names {
        hash = hashed(hash, &fs::read(folder.join(name))?);
    }
    let page = folder.join("index.html");
    let mut text = fs::read_to_string(&page)?;
    for name in &names {
        let new = name.replacen(module, &format!("{module}-{hash:016x}"), 1);
        text = text.replace(&format!("/{name}\""), &format!("/{new}\""));
        fs::rename(folder.join(name), folder.join(new))?;
    }
    fs::write(page, text)
}

/// Gives what Yew notes on elements names of this program's own: two programs of Yew on one page
/// would take each other's notes for theirs.
fn keep_apart(script: &Path, module: &str) -> io::Result<()> {
    let text = fs::read_to_string(script)?;
    fs::write(script, text.replace("__yew_", &format!("__yew_{module}_")))
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
    fn the_names_of_the_modules_change_with_their_files_and_the_page_follows() {
        let folder = std::env::temp_dir().join(format!("roundtrip-module-{}", std::process::id()));
        let page = "<script data-engine=\"/sub/engine.js\" data-wasm=\"/sub/engine_bg.wasm\" \
            data-capture=\"/sub/capture.js\">";
        let mut seen = Vec::new();
        for wasm in ["one", "two"] {
            fs::create_dir_all(&folder).unwrap_or_default();
            for module in MODULES {
                for (end, text) in [(FILES[0], "script"), (FILES[1], wasm)] {
                    assert!(fs::write(folder.join(format!("{module}{end}")), text).is_ok());
                }
            }
            assert!(fs::write(folder.join("index.html"), page).is_ok());
            assert!(rename(&folder).is_ok());
            let text = fs::read_to_string(folder.join("index.html")).unwrap_or_default();
            let names = text.split("/sub/").skip(1).filter_map(|rest| rest.split('"').next());
            let names: Vec<String> = names.map(str::to_owned).collect();
            assert!(names.iter().all(|name| folder.join(name).is_file()), "{text}");
            assert!(!text.contains("/engine.js") && !text.contains("/capture.js"), "{text}");
            seen.push(names);
        }
        assert!(seen[0].iter().zip(&seen[1]).all(|(before, after)| before != after), "{seen:?}");
        assert!(rename(&folder.join("nowhere")).is_err());
        assert!(fs::remove_dir_all(&folder).is_ok());
    }
}
