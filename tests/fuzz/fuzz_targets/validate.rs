//! Whatever comes in: checking it never panics.

#![no_main]

#[path = "../harness.rs"]
#[expect(dead_code, reason = "each target uses its part")]
mod harness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    harness::validate(data);
});
