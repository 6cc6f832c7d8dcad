//! Many large uploads at once: they wait on disk, and only those that are worked on take memory.
#![cfg(target_os = "linux")]

use std::fs;

use futures_util::future::join_all;

use crate::builder::Book;
use crate::commands::{start_with, stop};

const UPLOADS: usize = 8;
const UPLOAD_BYTES: usize = 24 << 20;
/// A calculation holds its upload and, beside it, about as much as the rest of the program.
const ALLOWED_BYTES: usize = 2 * UPLOAD_BYTES + (64 << 20);

const _: () = assert!(ALLOWED_BYTES < UPLOADS * UPLOAD_BYTES, "the bound means something");

/// A small workbook with a large picture in it that can't be zipped.
fn large() -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let picture: Vec<u8> = (0..UPLOAD_BYTES)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    Book::visits().with("xl/media/image1.png", picture).stored()
}

/// The most memory that a process has had so far, without the pages of its own program, which is large in a build for tests.
fn peak_bytes(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process");
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") << 10
    };
    bytes("VmHWM:") - bytes("RssFile:")
}

#[actix_web::test]
async fn eight_large_uploads_at_once_take_the_memory_of_those_that_are_worked_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("DEALERBOOK_WORKERS", "1"), ("DEALERBOOK_HTTP_THREADS", "2")];
    let (mut server, address, token) = start_with(folder.path(), &settings);
    let (token, upload) = (token.expect("a token"), large());
    assert!(upload.len() >= UPLOAD_BYTES);
    let client = crate::harness::client();
    let send = |_| client.post(format!("{address}/v1/runs")).bearer_auth(&token).body(upload.clone()).send();
    let mut answers = join_all((0..UPLOADS).map(send)).await;
    let peak = peak_bytes(server.id());
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|answer| answer.status() == 200)), "{answers:?}");
    let first = answers.swap_remove(0).expect("an answer");
    crate::soundness::assert_sound(&first.bytes().await.expect("the whole answer"));
    stop(&mut server);
    println!("{} MiB at most", peak >> 20);
    assert!(peak < ALLOWED_BYTES, "{} MiB, of {} MiB allowed", peak >> 20, ALLOWED_BYTES >> 20);
}
