//! The store in a real browser: fresh, shared, newer, foreign, damaged.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use idb::{DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use roundtrip::app::storage::{Store, Trouble, set_setting, setting};
use roundtrip::study::log::Log;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const LINE: &str = r#"{"v":1,"kind":"bury","device":"a","seq":1,"time":1795089600000,"card":"x"}"#;
const NEXT: &str = r#"{"v":1,"kind":"bury","device":"a","seq":2,"time":1795089600000,"card":"y"}"#;

/// No store at all.
async fn fresh() {
    Factory::new().unwrap().delete("roundtrip").unwrap().await.unwrap();
}

/// A database of this version with these stores.
async fn made(version: u32, names: &'static [&'static str]) -> idb::Database {
    let mut request = Factory::new().unwrap().open("roundtrip", Some(version)).unwrap();
    request.on_upgrade_needed(|event| {
        let database = event.database().unwrap();
        for name in names.iter().filter(|name| !database.store_names().contains(&name.to_string()))
        {
            database.create_object_store(name, ObjectStoreParams::new()).unwrap();
        }
    });
    request.await.unwrap()
}

#[wasm_bindgen_test]
async fn a_line_is_added_once_and_found_again() {
    fresh().await;
    let store = Store::open().await.unwrap();
    assert_eq!(store.lines().await, Ok(Vec::new()));
    assert_eq!(store.add(LINE).await, Ok(()));
    assert_eq!(store.add(LINE).await, Err(Trouble::Taken));
    assert_eq!(store.add(NEXT).await, Ok(()));
    drop(store);
    let lines = Store::open().await.unwrap().lines().await.unwrap();
    assert_eq!(lines, [LINE, NEXT]);
    let (log, problems) = Log::parse(&lines.join("\n"));
    assert_eq!((log.len(), problems.len()), (2, 0));
}

#[wasm_bindgen_test]
async fn lines_of_a_merge_are_put_all_at_once() {
    fresh().await;
    let store = Store::open().await.unwrap();
    store.add(LINE).await.unwrap();
    store.put(&[LINE.to_owned(), NEXT.to_owned()]).await.unwrap();
    store.put(&[]).await.unwrap();
    assert_eq!(store.lines().await.unwrap().len(), 2);
}

#[wasm_bindgen_test]
async fn two_tabs_are_one_device() {
    fresh().await;
    let (one, two) = (Store::open().await.unwrap(), Store::open().await.unwrap());
    let name = one.device().await.unwrap();
    assert_eq!(two.device().await, Ok(name.clone()));
    let renamed = one.rename_device().await.unwrap();
    assert_ne!(renamed, name);
    assert_eq!(two.device().await, Ok(renamed));
}

#[wasm_bindgen_test]
async fn a_store_of_a_newer_page_is_used_as_far_as_it_is_the_same() {
    fresh().await;
    made(7, &["log", "meta", "dreams"]).await.close();
    let store = Store::open().await.unwrap();
    assert_eq!(store.add(LINE).await, Ok(()));
    assert_eq!(store.lines().await.unwrap(), [LINE]);
}

#[wasm_bindgen_test]
async fn a_store_that_a_newer_page_has_made_anew_is_said_to_be_newer() {
    fresh().await;
    made(99, &[]).await.close();
    assert_eq!(Store::open().await.err(), Some(Trouble::Newer));
}

#[wasm_bindgen_test]
async fn a_store_that_is_not_ours_is_left_alone() {
    fresh().await;
    made(1, &["something"]).await.close();
    assert_eq!(Store::open().await.err(), Some(Trouble::Failed));
}

#[wasm_bindgen_test]
async fn a_record_that_is_no_text_is_a_damaged_line_and_stays() {
    fresh().await;
    let store = Store::open().await.unwrap();
    store.add(LINE).await.unwrap();
    let database = made(1, &[]).await;
    let change = database.transaction(&["log"], TransactionMode::ReadWrite).unwrap();
    let records = change.object_store("log").unwrap();
    records.put(&JsValue::from(42), Some(&JsValue::from("z"))).unwrap().await.unwrap();
    change.await.unwrap();
    database.close();
    let (log, problems) = Log::parse(&store.lines().await.unwrap().join("\n"));
    assert_eq!((log.len(), problems.len()), (1, 1));
    assert!(!problems[0].kept);
}

#[wasm_bindgen_test]
async fn the_way_is_made_for_a_newer_page_and_writing_says_that_it_failed() {
    fresh().await;
    let store = Store::open().await.unwrap();
    store.add(LINE).await.unwrap();
    // Would wait forever if the old page held on.
    made(9, &["log", "meta", "dreams"]).await.close();
    assert_eq!(store.add(NEXT).await, Err(Trouble::Failed));
    assert_eq!(Store::open().await.unwrap().lines().await.unwrap(), [LINE]);
}

#[wasm_bindgen_test]
fn small_settings_are_kept() {
    assert_eq!(setting("test-of-settings"), None);
    assert!(set_setting("test-of-settings", "a = b"));
    assert_eq!(setting("test-of-settings").as_deref(), Some("a = b"));
    web_sys::window().unwrap().local_storage().unwrap().unwrap().clear().unwrap();
}
